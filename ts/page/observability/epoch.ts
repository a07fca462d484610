import { now, onPerformanceClock } from '../kernel/clock.ts'

/**
 * Converts moments of the kernel's clock to milliseconds since 1970, so that they can be compared with `Date`.
 *
 * `performance.timeOrigin` alone is not enough: the monotonic clock stands still while some devices sleep, the kernel's clock while
 * the page is frozen, and the wall clock is set by people and slewed by NTP. So the offset between the two clocks is measured
 * repeatedly, and replaced when it has changed. Moments before a change keep their offset.
 */
type Offset = { readonly from: number; readonly ms: number }

/** Oldest first; the first one also applies to everything before it. */
const offsets: Offset[] = []

/** How many offsets are kept. A clock that is slewed as fast as operating systems do it needs a new one every 40 s. */
const MAX_OFFSETS = 100

/** Both clocks are coarse in some browsers, so two readings may differ by this much without any drift. */
const TOLERANCE_MS = 20

/** The resolution of `Date`. */
const RESOLUTION_MS = 1

/** Aligns the clocks as closely as `Date` allows. Called when a runtime is created, before it has reported any time. */
export function alignEpoch(): void {
  align(now(), RESOLUTION_MS)
}

/** Converts the moment of the current input to milliseconds since 1970. */
export function epochAt(moment: number): number {
  const last = offsets.at(-1)
  // Effects follow their input within milliseconds, so comparing with Date alone, at a fifth of the cost, is usually enough.
  if (!last || moment < last.from || Math.abs(Date.now() - moment - last.ms) > TOLERANCE_MS / 2) {
    align(moment, TOLERANCE_MS)
  }
  return toEpoch(moment)
}

/** Converts a moment that may be long past to milliseconds since 1970. */
export function epochOfPast(moment: number): number {
  align(now(), TOLERANCE_MS)
  return toEpoch(moment)
}

/** Measures the offset between the clocks. If it differs by more than the tolerance, the new one applies from `from` on. */
function align(from: number, tolerance: number): void {
  // Offsets measured on a clock that has been set back, as test doubles of time are, no longer apply.
  while ((offsets.at(-1)?.from ?? 0) > now()) offsets.pop()
  const expected = offsets.at(-1)?.ms ?? performance.timeOrigin + onPerformanceClock(0)
  // Measured twice, because the thread may have been interrupted between the readings of the two clocks.
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
