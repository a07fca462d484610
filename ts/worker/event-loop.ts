/** How long a handler may keep messages out. */
const INTERVAL_MS = 8

/** Captured before a test can fake it: a handler that waits for a message must not hang where time stands still. */
const now = performance.now.bind(performance)

let hop: Promise<void> | undefined
let letInAt = Number.NEGATIVE_INFINITY

/**
 * Lets messages in, if the last time was a while ago. Returns undefined if it was not.
 *
 * A message to oneself comes behind those that wait, and takes some hundredths of a millisecond. Nested timers are clamped to
 * 4 ms, and the continuations of `scheduler.yield()` run ahead of messages.
 */
export function letMessagesIn(): Promise<void> | undefined {
  if (!hop && now() - letInAt >= INTERVAL_MS) hop = nextTurn()
  return hop
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
  letInAt = now()
}
