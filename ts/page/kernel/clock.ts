/**
 * The clock of the kernel: `performance.now()` without the time in which the page was frozen.
 *
 * A frozen page, or one in the back/forward cache, runs no script, and its workers run none either. If that time counted,
 * coming back would abort every call with a timeout, although nobody had a chance to answer it.
 */
let frozenMs = 0
let frozenSince: number | undefined
let watching = false

/** Milliseconds that the page has been awake. */
export function now(): number {
  return performance.now() - frozenMs
}

/** The reading that calls share, until the code that runs now has given way to the event loop or to a promise. */
let shared: number | undefined

/** Already resolved: what is chained to it runs at the next microtask checkpoint, also where a test has replaced queueMicrotask. */
const checkpoint = Promise.resolve()

/**
 * {@link now} as it was when this was read first since the last microtask checkpoint: as old as the code that runs is long. For
 * what sets no deadline and what nobody observes.
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

/** A moment of {@link now} on the clock of `performance.now()`. */
export function onPerformanceClock(moment: number): number {
  return moment + frozenMs
}

/** Begins to notice freezes, where there is a page that can freeze. */
export function watchFreezes(): void {
  if (watching || typeof document === 'undefined') return
  watching = true
  document.addEventListener('freeze', freeze)
  document.addEventListener('resume', thaw)
  // A page that comes back from the back/forward cache is shown again without being loaded, in every engine.
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
