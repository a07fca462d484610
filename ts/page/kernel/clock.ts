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

/** What tests replace to take over time, one or the other. To look up `performance` itself would cost as much as `Date.now()`. */
const clock = performance
const { now: platformNow } = clock
const platformSetTimeout = setTimeout

let lastReading = 0
let lastWallMs: number | undefined

/**
 * {@link now}, up to a millisecond behind: read anew when the wall clock, which costs a third, has moved on, and each time
 * where a test has taken over time.
 */
export function roughlyNow(): number {
  const wallMs = Date.now()
  if (wallMs !== lastWallMs || clock.now !== platformNow || setTimeout !== platformSetTimeout) {
    lastWallMs = wallMs
    lastReading = performance.now()
  }
  return lastReading - frozenMs
}

/** A moment of {@link now} as `performance.now()` tells it. */
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
