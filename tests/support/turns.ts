// Captured before a test can fake it: messages between workers are real even if the clock is not.
const immediate = setImmediate

/** Waits for some turns of the event loop, so that posted messages arrive and are handled. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>(resolve => immediate(resolve))
}

/** Waits turn by turn until a condition holds. */
export async function until(holds: () => boolean, what = holds.toString()): Promise<void> {
  for (let turn = 0; turn < 20_000; turn++) {
    if (holds()) return
    await turns(1)
  }
  throw new Error(`It never came about: ${what}`)
}
