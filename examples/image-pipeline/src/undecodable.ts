import { registerError } from '@varunkanwar/atelier/worker'

/** The browser cannot decode the file, so another attempt would end the same. */
export class UndecodableError extends Error {}

// Imported by the worker that throws it and by the page that asks for it, so that `instanceof` works there.
registerError(UndecodableError, { name: 'UndecodableError' })
