/**
 * The kernel's clock: `performance.now()` without the time for which the page was frozen.
 *
 * A page that is frozen or in the back/forward cache runs no script, and neither do its workers. If that time counted,
 * every call with a timeout would time out when the page comes back, although no worker had a chance to reply.
 */
let frozenMs = 0
let frozenSince: number | undefined
let watching = false

/** Milliseconds for which the page has not been frozen. */
export function now(): number {
  return performance.now() - frozenMs
}

/** The reading that calls share until the next microtask checkpoint. */
let shared: number | undefined

/** Already resolved: reactions to it run at the next microtask checkpoint, also where a test has replaced queueMicrotask. */
const checkpoint = Promise.resolve()

/**
 * {@link now} as of the first call since the last microtask checkpoint, so it lags by as long as the current code has run. For
 * calls that set no deadline and that nobody observes.
 */
export function sharedNow(): number {
  if (shared === undefined) {
    shared = now()
    checkpoint.then(expire)
  }
  return shared
}

function expire(): void {
  shared = undefined
}

/** Converts a moment of {@link now} to the clock of `performance.now()`. */
export function onPerformanceClock(moment: number): number {
  return moment + frozenMs
}

/** Starts listening for freezes, where there is a page that can freeze. */
export function watchFreezes(): void {
  if (watching || typeof document === 'undefined') return
  watching = true
  document.addEventListener('freeze', freeze)
  document.addEventListener('resume', thaw)
  // In every engine, a page that comes back from the back/forward cache fires pageshow without being loaded again.
  addEventListener('pagehide', ({ persisted }) => persisted && freeze())
  addEventListener('pageshow', ({ persisted }) => persisted && thaw())
}

function freeze(): void {
  frozenSince ??= performance.now()
}

function thaw(): void {
  if (frozenSince === undefined) return
  frozenMs += performance.now() - frozenSince
  frozenSince = undefined
}
