/** In Firefox the grant of a lock overtakes answers that its holder posted before its end; they are heard first. */
const ON_THEIR_WAY_MS = 10

/**
 * Calls `died` when whoever holds a Web Lock has gone: the platform grants the lock within a few milliseconds of a
 * worker's end, also where it sends no event (self.close(), a kill). Only for a lock that is held already.
 *
 * @param signal - aborts when the answer is of no interest any more.
 */
export function watchLock(lockName: string, signal: AbortSignal, died: () => void): void {
  if (signal.aborted || typeof navigator === 'undefined' || !navigator.locks) return
  // Giving up the wait rejects the request; that is its end and no failure.
  navigator.locks
    .request(lockName, { signal }, () => {
      setTimeout(() => signal.aborted || died(), ON_THEIR_WAY_MS)
    })
    .catch(() => {})
}
