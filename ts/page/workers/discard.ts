import { tryRead } from '../../shared/errors/describe.ts'
import { getTransferables } from '../../shared/transferables.ts'

/**
 * Releases what a result holds that nobody will get: frames, bitmaps, ports and streams keep memory, or a sender waiting, until they
 * are closed.
 */
export function discard(result: unknown): void {
  for (const item of getTransferables(result)) tryRead(() => release(item as Releasable))
}

type Releasable = Partial<Record<'close' | 'cancel' | 'abort' | 'stop', () => unknown>> & {
  readable?: Releasable
  writable?: Releasable
}

/** By the method that its kind has: `close` first, but a WritableStream is aborted, because its `close` waits for what was written. */
function release(item: Releasable): void {
  if (typeof item.abort === 'function') settleQuietly(item.abort())
  else if (typeof item.close === 'function') item.close()
  else if (typeof item.cancel === 'function') settleQuietly(item.cancel())
  else if (typeof item.stop === 'function') item.stop()
  else if (item.readable && item.writable) {
    release(item.readable)
    release(item.writable)
  }
}

/** A stream whose other side has failed refuses to be canceled, which nobody needs to know. */
function settleQuietly(promise: unknown): void {
  Promise.resolve(promise).catch(() => {})
}
