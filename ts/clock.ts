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

/** The platform's own clock; a test may put another one in its place. */
const readClock = performance.now
let lastReading = 0
let lastWallMs: number | undefined

/**
 * {@link now}, up to a millisecond behind: read anew when the wall clock, which costs a third, has moved on.
 */
export function roughlyNow(): number {
  const wallMs = Date.now()
  if (wallMs !== lastWallMs || performance.now !== readClock) {
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
