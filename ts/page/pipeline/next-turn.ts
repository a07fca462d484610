/**
 * Calls back in a later turn of the event loop, so that timers, input and messages get their turn. A message, because nested timers
 * are clamped to 4 ms; a channel of its own, because one that stays open would keep a Node process alive.
 */
export function onNextTurn(callback: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    port1.close()
    callback()
  }
  port2.postMessage(undefined)
}
