import { registerError } from '@varunkanwar/atelier/worker'

/** An error that page and worker share by importing this module. */
export class LimitError extends RangeError {
  override name = 'LimitError'
  readonly limit: number

  constructor(limit: number) {
    super(`over ${limit}`)
    this.limit = limit
  }
}

registerError(LimitError, { name: 'limit' })
