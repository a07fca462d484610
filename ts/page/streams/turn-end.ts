import { onNextTurn } from '../pipeline/next-turn.ts'

/** Who may turn out to be busy. */
type Loop = {
  /** Whether nothing waits for the next item. */
  readonly isIdle: boolean
  rest(): void
}

/** So many microtasks in a row without a `next()`, and a loop is taken to be busy. */
const QUIET_TICKS = 16

const loops = new Set<Loop>()
let isWatching = false
let ticks = 0

/** A loop has asked for an item: others may be about to do so. */
export function noteProgress(): void {
  ticks = QUIET_TICKS
}

/**
 * Lets a loop rest if nothing waits for its next item when this turn of the event loop is over.
 *
 * A loop that keeps up asks for the next item within a few microtasks; only for one that does not the next turn is waited for, which
 * takes a message.
 */
export function afterThisTurn(loop: Loop): void {
  loops.add(loop)
  ticks = QUIET_TICKS
  if (isWatching) return
  isWatching = true
  checkpoint.then(watch)
}

function watch(): void {
  for (const loop of loops) if (!loop.isIdle) loops.delete(loop)
  if (loops.size === 0) isWatching = false
  else if (--ticks > 0) checkpoint.then(watch)
  else onNextTurn(endTurn)
}

function endTurn(): void {
  isWatching = false
  const idle = [...loops]
  loops.clear()
  for (const loop of idle) loop.rest()
}

const checkpoint = Promise.resolve()
