/**
 * Calls back in a later turn of the event loop, so that timers, input and messages are handled first. Uses a message, because
 * nested timers are clamped to 4 ms, and a new channel each time, because an open channel would keep a Node process alive.
 */
export function onNextTurn(callback: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    port1.close()
    callback()
  }
  port2.postMessage(undefined)
}
