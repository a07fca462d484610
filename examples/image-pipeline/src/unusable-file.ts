import { registerError } from '@varunkanwar/atelier/worker'

/** The file cannot be decoded, or is no longer what was chosen, so another attempt would end the same. */
export class UnusableFileError extends Error {}

// Imported by the worker that throws it and by the page that asks for it, so that `instanceof` works there.
registerError(UnusableFileError, { name: 'UnusableFileError' })

/**
 * Why a file could not be used: browsers give the same error for one that has gone or changed and for one that is no image.
 *
 * @param problem - what is wrong with it if it can be read.
 */
export async function unusable(
  name: string,
  file: Blob,
  problem: string,
  cause: unknown,
): Promise<UnusableFileError> {
  const isReadable = await file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    )
  return new UnusableFileError(
    `${name} ${isReadable ? problem : 'has changed or gone since it was chosen'}`,
    {
      cause,
    },
  )
}
