/** In Firefox the grant of a lock overtakes answers that its holder posted before its end; they are heard first. */
export const LAST_ANSWERS_MS = 10

/**
 * Calls `gone` once whoever holds a Web Lock has gone: the platform grants the lock within a few milliseconds of the end of a
 * worker's thread, also where it sends no event (self.close(), a kill). Only for a lock that is held already.
 */
export function watchLock(lockName: string, gone: () => void): void {
  // A document that is going away is refused, and hears nothing more.
  navigator.locks?.request(lockName, gone).catch(() => {})
}
