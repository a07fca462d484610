/** Taken before a test can fake it: messages are real, whatever the time is. */
const immediate = setImmediate

/**
 * The event loop goes round at most this often between two activities that follow from each other: a worker is created,
 * is introduced, takes a call, answers, takes the next.
 */
const TURNS = 10

/** Far more than any finite test needs. */
const MAX_ROUNDS = 10_000

let activities = 0

/** Notes that a double has done something from which more may follow. */
export function noteActivity(): void {
  activities++
}

/**
 * Waits until nothing is on its way any more between the runtime and its test workers: messages have arrived, handlers that
 * need nothing else have run, their answers have been given, and so on until all is still. No timer passes.
 *
 * It knows of nothing else that a handler may wait for, such as a file; a test waits for that itself.
 *
 * @throws Error when calls go on following from calls without an end.
 */
export async function settle(): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = activities
    for (let turn = 0; turn < TURNS; turn++) await new Promise<void>(resolve => immediate(resolve))
    if (activities === before) return
  }
  throw new Error(`settle() gave up: after ${MAX_ROUNDS} rounds calls still follow from calls.`)
}
