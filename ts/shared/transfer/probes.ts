/**
 * Tells objects apart that look the same until they are moved, without moving them. Each probe asks the platform for
 * something that it must refuse, and reads from the refusal how far it came. No message is written down here: what a probe
 * can tell is tried on objects of our own first, and where it tells nothing, or harms what it touches, it is not used.
 */

type Probe<T> = (value: T) => string

const transfer = (ArrayBuffer.prototype as { transfer?: (length?: number) => ArrayBuffer }).transfer

/**
 * Whether a buffer cannot be detached, as that of a WebAssembly.Memory. Undefined where the platform does not tell.
 */
export function isPinned(buffer: ArrayBuffer): boolean | undefined {
  return usefulMemoryProbe().isSpoiled?.(buffer)
}

export function canTellPinned(): boolean {
  return usefulMemoryProbe().isSpoiled !== undefined
}

function usefulMemoryProbe(): Useful<ArrayBuffer> {
  memoryProbe ??= firstUseful(
    [askForTooMuch, askTwice],
    () => new ArrayBuffer(1),
    () => new WebAssembly.Memory({ initial: 1 }).buffer,
    sound => sound.byteLength === 1,
  )
  return memoryProbe
}

/** Firefox looks at the memory before it looks at the length. */
const askForTooMuch: Probe<ArrayBuffer> = buffer =>
  transfer ? refusal(() => Reflect.apply(transfer, buffer, [Number.MAX_SAFE_INTEGER])) : ''

/** Chromium's codecs look at each buffer of a list, and only then move them; they look at the second after the first. */
const askTwice: Probe<ArrayBuffer> = buffer =>
  refusal(() => {
    const init = { type: 'key', timestamp: 0, data: new Uint8Array(1), transfer: [buffer, buffer] } as const
    return new EncodedVideoChunk(init)
  })

/** Whether a port was moved. False where the platform does not tell. */
export function isDeadPort(port: object): boolean {
  portProbe ??= firstUseful(
    [askBesideDeadPort],
    () => new MessageChannel().port1,
    () => spent(new MessageChannel().port1),
    canMove,
  )
  return portProbe.isSpoiled?.(port as MessagePort) ?? false
}

let deadPort: MessagePort | undefined

/** Chromium looks at every port before it moves the first, and names the first that is dead. */
const askBesideDeadPort: Probe<MessagePort> = port => {
  deadPort ??= spent(new MessageChannel().port1)
  const transfer = [port, deadPort]
  return refusal(() => structuredClone(0, { transfer }))
}

/** Whether a canvas has a context, or was moved: it cannot move then. False where the platform does not tell. */
export function hasContext(canvas: object): boolean {
  canvasProbe ??= firstUseful(
    [askForContext],
    () => new OffscreenCanvas(1, 1),
    () => spent(new OffscreenCanvas(1, 1)),
    canMove,
  )
  return canvasProbe.isSpoiled?.(canvas as OffscreenCanvas) ?? false
}

/** The options of a first context are read before it is made; those of a second are not read at all. */
const askForContext: Probe<OffscreenCanvas> = canvas => {
  const options = {
    get alpha(): boolean {
      throw new RangeError('not now')
    },
  }
  return refusal(() => Reflect.apply(OffscreenCanvas.prototype.getContext, canvas, ['2d', options]))
}

let postsSpentImages: boolean | undefined

/** Whether the platform posts an ImageData whose buffer was moved, as Chromium does: null arrives in place of the message. */
export function acceptsSpentImages(): boolean {
  if (postsSpentImages === undefined) {
    if (typeof ImageData !== 'function') return false
    const image = new ImageData(1, 1)
    spent(image.data.buffer)
    postsSpentImages = refusal(() => structuredClone(image)) === ''
  }
  return postsSpentImages
}

type Useful<T> = { isSpoiled: ((value: T) => boolean) | undefined }

let memoryProbe: Useful<ArrayBuffer> | undefined
let portProbe: Useful<MessagePort> | undefined
let canvasProbe: Useful<OffscreenCanvas> | undefined

/** The first probe that tells a sound object from a spoiled one, and leaves the sound one whole. */
function firstUseful<T>(
  probes: Probe<T>[],
  makeSound: () => T,
  makeSpoiled: () => T,
  isWhole: (sound: T) => boolean,
): Useful<T> {
  for (const probe of probes) {
    try {
      const sound = makeSound()
      const answer = probe(sound)
      if (answer !== '' && answer !== probe(makeSpoiled()) && isWhole(sound)) {
        return { isSpoiled: value => probe(value) !== answer }
      }
    } catch {
      // The platform lacks what the probe needs.
    }
  }
  return { isSpoiled: undefined }
}

function spent<T extends Transferable>(object: T): T {
  structuredClone(object, { transfer: [object] })
  return object
}

function canMove(object: Transferable): boolean {
  return refusal(() => structuredClone(object, { transfer: [object] })) === ''
}

/** How the platform refuses; empty if it does not. */
function refusal(ask: () => unknown): string {
  try {
    ask()
    return ''
  } catch (error) {
    return String(error)
  }
}
