/** The state of a promise. */
export type Outcome<T> = { status: 'open' | 'fulfilled' | 'rejected'; value?: T; reason?: unknown }

/** Watches a promise, so that its rejection is handled and its state can be read at any time. */
export function watch<T>(promise: Promise<T>): Outcome<T> {
  const outcome: Outcome<T> = { status: 'open' }
  promise.then(
    value => Object.assign(outcome, { status: 'fulfilled', value }),
    reason => Object.assign(outcome, { status: 'rejected', reason }),
  )
  return outcome
}

/** Returns the error with which a promise is rejected. */
export async function rejection(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise
  } catch (reason) {
    return reason as Error & Record<string, unknown>
  }
  throw new Error('The promise was fulfilled.')
}
