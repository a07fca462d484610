import type { Target } from '../../shared/batched-port.ts'
import { ControlKind, writeControl } from '../../shared/protocol.ts'

/**
 * Takes the messages for a worker that does not listen yet, whose event loop would drop them. They wait in a port, so that
 * arguments are cloned, moved or refused as they would be by a post to the worker.
 */
export class EarlyMessages implements Target {
  #channel: MessageChannel | undefined

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#channel ??= new MessageChannel()
    this.#channel.port1.postMessage(message, transfer)
  }

  /** Ends the messages. Returns the port that has them, to be moved to the worker; undefined if there are none. */
  end(): MessagePort | undefined {
    if (!this.#channel) return undefined
    const { port1, port2 } = this.#channel
    // The worker closes the channel behind this. In Firefox, to close it here would lose what is under way.
    port1.postMessage(control({ kind: ControlKind.earlyEnd }))
    return port2
  }
}

/** A message of one control item. */
export function control(item: Parameters<typeof writeControl>[1]): { atelier: unknown[] } {
  const fields: unknown[] = []
  writeControl(fields, item)
  return { atelier: fields }
}
