/** Captured before a test can fake it: messages are real even if time is not. */
const immediate = setImmediate

/**
 * Upper bound on event-loop turns between two causally related steps: a worker is created, completes the handshake, takes a call,
 * replies, takes the next.
 */
const TURNS = 10

/** Far more than any finite test needs. */
const MAX_ROUNDS = 10_000

let activities = 0

/** Records that a test worker has done something that may lead to more. */
export function noteActivity(): void {
  activities++
}

/**
 * Waits until nothing is in transit between the runtime and its test workers: messages have arrived, handlers that wait for
 * nothing else have run, their replies have arrived, and so does what follows from those. No timer fires.
 *
 * It does not wait for anything else that a handler may wait for, such as a file; a test has to wait for that itself.
 *
 * @throws Error when calls keep leading to further calls without end.
 */
export async function settle(): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = activities
    for (let turn = 0; turn < TURNS; turn++) await new Promise<void>(resolve => immediate(resolve))
    if (activities === before) return
  }
  throw new Error(`settle() gave up: after ${MAX_ROUNDS} rounds calls still follow from calls.`)
}
