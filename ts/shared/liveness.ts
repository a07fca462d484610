/**
 * Both ends of the Web Lock by which a page notices that a worker has ended, also where the platform sends no event
 * (self.close(), a kill): the worker holds it, and the page is granted it within a few milliseconds of the thread's end.
 */

/** In Firefox the lock can be granted before the ended worker's last messages arrive; wait this long for them. */
export const LAST_REPLIES_MS = 10

/** How long an error event of a worker waits for the worker's own report of the error, which a busy thread does not post. */
export const UNCAUGHT_DETAILS_MS = 50

/**
 * Holds a lock as long as the worker lives and, if it is served through a port, that port is open.
 *
 * Resolves to true once the lock is held, and to false where there are no locks.
 */
export function holdLock(lockName: string, port: MessagePort | undefined): Promise<boolean> {
  if (typeof navigator === 'undefined' || !navigator.locks) return Promise.resolve(false)
  const closed = new Promise<void>(resolve => port?.addEventListener('close', () => resolve()))
  return new Promise(resolve => {
    navigator.locks
      .request(lockName, () => {
        resolve(true)
        return closed
      })
      .catch(() => resolve(false))
  })
}

/** Calls `gone` once whoever holds the lock has ended. Only for a lock that is held already. */
export function watchLock(lockName: string, gone: () => void): void {
  // A document that is being unloaded is refused the lock, and needs it no more.
  navigator.locks?.request(lockName, gone).catch(() => {})
}
