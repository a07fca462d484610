import { type TransferHandler, transferHandlers } from 'comlink'
import { byRisk, refuseSpentImages, transferablesOfAll } from './transferables.ts'

/**
 * The arguments of one call as they are posted: the plain array, or, when a Comlink transfer handler has claimed some of
 * them, the array with those replaced and the name of the handler at each such place.
 */
export type WireArguments = unknown[] | { values: unknown[]; handlers: (string | undefined)[] }

/**
 * Prepares arguments for one post.
 *
 * Comlink offers only a message's own arguments to its transfer handlers, and a call's arguments travel together as one of
 * them. Here each argument is offered, so that `Comlink.proxy` callbacks and registered handlers work as they do in
 * Comlink: at the top level, not inside other values. `Comlink.transfer` tags are not readable; what they list moves by
 * default anyway.
 *
 * `consumed` says whether the arguments cannot be sent again. A proxy's port is made anew each time, so it consumes nothing; of
 * what other handlers move nobody knows whether it was the argument's own.
 *
 * @param move - what moves beside what the handlers ask for. Undefined: everything that can.
 */
export function toWire(
  args: unknown[],
  move?: readonly Transferable[],
): { wire: WireArguments; transfer: Transferable[]; consumed: boolean } {
  if (move) refuseSpentImages(args)
  if (!args.some(claim)) {
    const transfer = move
      ? byRisk([...new Set(move)])
      : args.every(isPrimitive)
        ? NOTHING
        : transferablesOfAll(args)
    return { wire: args, transfer, consumed: transfer.length > 0 }
  }
  const claims = args.map(claim)
  const transfer = new Set(move ?? transferablesOfAll(args.filter((_, index) => !claims[index])))
  let consumed = transfer.size > 0
  const values = args.map((value, index) => {
    const handler = claims[index]
    if (!handler) return value
    const [serialized, moved] = handler.serialize(value)
    for (const item of moved) transfer.add(item)
    consumed ||= moved.length > 0 && nameOf(handler) !== 'proxy'
    return serialized
  })
  return {
    wire: { values, handlers: claims.map(handler => handler && nameOf(handler)) },
    transfer: byRisk([...transfer]),
    consumed,
  }
}

/** @throws TypeError when an argument needs a transfer handler that this side lacks. */
export function fromWire(wire: WireArguments): unknown[] {
  if (Array.isArray(wire)) return wire
  return wire.values.map((value, index) => {
    const name = wire.handlers[index]
    if (name === undefined) return value
    const handler = transferHandlers.get(name)
    if (handler) return handler.deserialize(value)
    throw new TypeError(
      `Argument ${index} was sent by the Comlink transfer handler "${name}", which is not registered on this side: ` +
        'set it in transferHandlers in the page and in the worker.',
    )
  })
}

function isPrimitive(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

type Handler = TransferHandler<unknown, unknown>

const NOTHING: Transferable[] = []

function claim(value: unknown): Handler | undefined {
  for (const handler of transferHandlers.values()) if (handler.canHandle(value)) return handler
  return undefined
}

function nameOf(claimant: Handler): string | undefined {
  for (const [name, handler] of transferHandlers) if (handler === claimant) return name
  return undefined
}
