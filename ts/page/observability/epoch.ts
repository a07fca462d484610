import { now, onPerformanceClock } from '../kernel/clock.ts'

/**
 * Moments of the kernel's clock as milliseconds since 1970, for whoever compares them with `Date`.
 *
 * `performance.timeOrigin` alone drifts: the monotonic clock stands still while some devices sleep, the kernel's while the page
 * is frozen, and the wall clock is set by people and slewed by NTP. So the offset between the two clocks is measured again and
 * again, and replaced where it has changed. Moments before a change keep the offset that they had.
 */
type Offset = { readonly from: number; readonly ms: number }

/** Oldest first; the first one counts for everything before it, too. */
const offsets: Offset[] = []

/** Offsets that are remembered. A clock that is slewed as fast as systems do it needs a new one every 40 s. */
const MAX_OFFSETS = 100

/** Two clocks read one after the other differ by this much without having drifted: both are coarse in some browsers. */
const TOLERANCE_MS = 20

/** The resolution of `Date`. */
const RESOLUTION_MS = 1

/** Aligns the clocks when a runtime is created: then nobody compares with what was reported before. */
export function alignEpoch(): void {
  align(now(), RESOLUTION_MS)
}

/** The moment of an input that is being performed, in milliseconds since 1970. */
export function epochAt(moment: number): number {
  const last = offsets.at(-1)
  // Effects follow their input within milliseconds, so that a look at Date alone, which costs a fifth, mostly settles it.
  if (!last || moment < last.from || Math.abs(Date.now() - moment - last.ms) > TOLERANCE_MS / 2) {
    align(moment, TOLERANCE_MS)
  }
  return toEpoch(moment)
}

/** A moment that may be long past, in milliseconds since 1970. */
export function epochOfPast(moment: number): number {
  align(now(), TOLERANCE_MS)
  return toEpoch(moment)
}

/** Measures the offset between the clocks; beyond the tolerance the new one counts from a moment on. */
function align(from: number, tolerance: number): void {
  // What was measured on a clock that has been set back, as test doubles of time are, says nothing any more.
  while ((offsets.at(-1)?.from ?? 0) > now()) offsets.pop()
  const expected = offsets.at(-1)?.ms ?? performance.timeOrigin + onPerformanceClock(0)
  // Measured twice, since something may have come between the readings of the two clocks.
  const isRight = Math.abs(measured() - expected) < tolerance || Math.abs(measured() - expected) < tolerance
  if (isRight && offsets.length > 0) return
  offsets.push({ from, ms: isRight ? expected : measured() })
  if (offsets.length > MAX_OFFSETS) offsets.shift()
}

function measured(): number {
  return Date.now() - now()
}

function toEpoch(moment: number): number {
  const offset = offsets.findLast(({ from }) => from <= moment) ?? offsets[0]
  return moment + (offset?.ms ?? 0)
}
