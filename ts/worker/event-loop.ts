/** How long a handler may keep messages out. */
export const INTERVAL_MS = 8

/** What tests replace to take over time. */
const { now } = performance

/** The time that passes, whoever has taken over the clock. */
export const realNow = now.bind(performance)

let hop: Promise<void> | undefined
let letInAt = Number.NEGATIVE_INFINITY

/** How often messages have been let in. */
export let hops = 0

/**
 * Lets messages in, if the last time was a while ago. Returns undefined if it was not.
 *
 * A message to oneself comes behind those that wait, and takes some hundredths of a millisecond. Nested timers are clamped to
 * 4 ms, and the continuations of `scheduler.yield()` run ahead of messages.
 *
 * Where a test has taken over time it does so at every call: time may stand still, and what a test sees should not depend on the machine.
 */
export function letMessagesIn(): Promise<void> | undefined {
  if (!hop && isDue()) hop = nextTurn()
  return hop
}

function isDue(): boolean {
  // The clock of a test may have been far ahead.
  return performance.now !== now || Math.abs(performance.now() - letInAt) >= INTERVAL_MS
}

/** Through a channel of its own: Node reads what comes on one port again and again before it turns to another. */
async function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  await new Promise(resolve => {
    port1.onmessage = resolve
    port2.postMessage(undefined)
  })
  port1.close()
  hop = undefined
  hops++
  letInAt = performance.now()
}
