/**
 * What the TypeScript blocks of README.md and docs/ take for granted. Each block is a module of its own
 * (`moduleDetection: 'force'`); a name that a block declares itself hides the one from here.
 */

type DocumentImage = ImageData & { docId: string }

type ImageAPI = { process: (image: ImageData) => Promise<ImageData> }

declare const runtime: import('@varunkanwar/atelier').TaskRuntime
declare const resize: import('@varunkanwar/atelier').Task<ImageAPI>
declare const image: DocumentImage
