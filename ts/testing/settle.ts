import { hops } from '../worker/event-loop.ts'

/** Captured before a test can fake it: messages are real even if time is not. */
const immediate = setImmediate

/**
 * Upper bound on event-loop turns between two causally related steps: a worker is created, completes the handshake, takes a call,
 * replies, takes the next.
 */
const TURNS = 10

/** Far more than any finite test needs. */
const MAX_ROUNDS = 10_000

/** Rounds for which handlers that yield are waited for. One of them may go on for ever. */
const MAX_YIELDING = 100

let activities = 0

/** Records that a test worker has done something that may lead to more. */
export function noteActivity(): void {
  activities++
}

/**
 * Waits until nothing is in transit between the runtime and its test workers: messages have arrived, handlers that wait for
 * nothing else have run, their replies have arrived, and so does what follows from those. No timer fires.
 *
 * A handler that lets messages in by `yield` is waited for, too, until about a thousand times have not brought it to its end. Nothing else
 * that a handler may wait for is, such as a file; a test has to wait for that itself.
 *
 * @throws Error when calls keep leading to further calls without end.
 */
export async function settle(): Promise<void> {
  let yielding = 0
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const [before, hopsBefore] = [activities, hops]
    for (let turn = 0; turn < TURNS; turn++) await new Promise<void>(resolve => immediate(resolve))
    if (activities !== before) yielding = 0
    else if (hops === hopsBefore || ++yielding > MAX_YIELDING) return
  }
  throw new Error(`settle() gave up: after ${MAX_ROUNDS} rounds calls still follow from calls.`)
}
