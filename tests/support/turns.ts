// Taken before a test can fake it: messages between workers are real, whatever the clock is.
const immediate = setImmediate

/** Lets the event loop go round, so that what was posted arrives and what follows from it happens. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>(resolve => immediate(resolve))
}

/** Lets the event loop go round until something holds. */
export async function until(holds: () => boolean, what = holds.toString()): Promise<void> {
  for (let turn = 0; turn < 20_000; turn++) {
    if (holds()) return
    await turns(1)
  }
  throw new Error(`It never came about: ${what}`)
}
