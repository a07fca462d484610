import { tryRead } from '../../shared/errors/describe.ts'

/**
 * The ReadableStreams that a worker's calls have returned and that are not at their end.
 *
 * The platform lets the reader of a stream wait for ever when the worker that writes to it ends; these fail then. While one is open, its
 * worker is held.
 */
export class ReadableResults {
  readonly #open = new Set<WeakRef<ReadableStreamDefaultController>>()
  readonly #abandoned = new FinalizationRegistry<() => void>(end => end())

  /**
   * Returns a stream with the same chunks, which fails with this worker. One that nobody holds any more is canceled.
   *
   * @param hold - holds the worker; returns a function that releases it.
   */
  wrap(source: ReadableStream, hold: () => () => void): ReadableStream {
    const reader = source.getReader()
    const release = hold()
    let open: WeakRef<ReadableStreamDefaultController> | undefined
    const end = () => {
      if (open && this.#open.delete(open)) release()
    }
    const wrapped = new ReadableStream(
      {
        start: controller => {
          open = new WeakRef(controller)
          this.#open.add(open)
        },
        pull: async controller => {
          try {
            const { done, value } = await reader.read()
            if (!done) {
              controller.enqueue(value)
              return
            }
          } catch (error) {
            end()
            throw error
          }
          end()
          controller.close()
        },
        cancel: reason => {
          end()
          return reader.cancel(reason)
        },
      },
      { highWaterMark: 0 },
    )
    this.#abandoned.register(wrapped, () => {
      end()
      reader.cancel().catch(() => {})
    })
    return wrapped
  }

  /** The worker has ended. */
  fail(error: Error): void {
    for (const open of this.#open) tryRead(() => open.deref()?.error(error))
    this.#open.clear()
  }
}

export function isReadable(value: unknown): value is ReadableStream {
  return typeof ReadableStream === 'function' && value instanceof ReadableStream
}
