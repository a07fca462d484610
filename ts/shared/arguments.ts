import { isCallback, serializeCallback } from './callback.ts'
import { claim, deserialize, hasOwnHandlers, nameOf } from './transfer-handlers.ts'
import { byRisk, getTransferables, refuseSpentImages, transferablesOfAll } from './transferables.ts'

/**
 * The arguments of one call as they are posted: the plain array, or, when a Comlink transfer handler has claimed some of
 * them, the array with those replaced and the name of the handler at each such place.
 */
export type WireArguments = unknown[] | { values: unknown[]; handlers: (string | undefined)[] }

/** Arguments, prepared for one post. */
export type Prepared = {
  wire: WireArguments
  transfer: Transferable[]
  /**
   * Whether they cannot be sent again. A proxy's port is made anew each time, so it consumes nothing; of what other handlers move
   * nobody knows whether it was the argument's own.
   */
  consumed: boolean
  /** Whether they hold nothing but primitives, so that they may share a message with others. */
  primitive: boolean
}

/**
 * Prepares arguments for one post.
 *
 * Comlink offers only a message's own arguments to its transfer handlers, and a call's arguments travel together as one of
 * them. Here each argument is offered, so that `Comlink.proxy` callbacks and registered handlers work as they do in
 * Comlink: at the top level, not inside other values. `Comlink.transfer` tags are not readable; what they list moves by
 * default anyway.
 *
 * @param move - what moves beside what the handlers ask for. Undefined: everything that can.
 */
export function toWire(args: unknown[], move?: readonly Transferable[]): Prepared {
  if (move) refuseSpentImages(args)
  if (!args.some(claim)) {
    const primitive = args.every(isPrimitive)
    const transfer = move ? byRisk([...new Set(move)]) : primitive ? NOTHING : transferablesOfAll(args)
    const moves = transfer.length > 0
    return { wire: args, transfer, consumed: moves, primitive: primitive && !moves }
  }
  const claims = args.map(claim)
  const transfer = new Set(move ?? transferablesOfAll(args.filter((_, index) => !claims[index])))
  let consumed = transfer.size > 0
  const values = args.map((value, index) => {
    const handler = claims[index]
    if (!handler) return value
    const [serialized, moved] = isCallback(value) ? serializeCallback(value) : handler.serialize(value)
    for (const item of moved) transfer.add(item)
    consumed ||= moved.length > 0 && nameOf(handler) !== 'proxy'
    return serialized
  })
  return {
    wire: { values, handlers: claims.map(handler => handler && nameOf(handler)) },
    transfer: byRisk([...transfer]),
    consumed,
    primitive: false,
  }
}

/** A result, prepared for one post. */
export type PreparedResult = Pick<Prepared, 'transfer' | 'primitive'> & {
  value: unknown
  /** The name of the transfer handler that has claimed it. */
  handler: string | undefined
}

/**
 * Prepares a result for one post, as {@link toWire} does an argument.
 *
 * @param keep - whether what could move stays.
 */
export function resultToWire(result: unknown, keep: boolean): PreparedResult {
  const handler = claim(result)
  if (handler) {
    const [value, transfer] = handler.serialize(result)
    return { value, handler: nameOf(handler), transfer: byRisk(transfer), primitive: false }
  }
  const primitive = isPrimitive(result)
  const transfer = keep || primitive ? NOTHING : getTransferables(result)
  return { value: result, handler: undefined, transfer, primitive }
}

/** The arguments as they are posted, without the names of handlers. */
export function valuesOf(wire: WireArguments): unknown[] {
  return Array.isArray(wire) ? wire : wire.values
}

/** @throws TypeError when an argument needs a transfer handler that this side lacks. */
export function fromWire(wire: WireArguments): unknown[] {
  if (Array.isArray(wire)) return wire
  return wire.values.map((value, index) => {
    const name = wire.handlers[index]
    return name === undefined ? value : deserialize(name, value, `Argument ${index}`)
  })
}

/** Whether a value is posted as it is and may share a message with others. */
export function isPlainPrimitive(value: unknown): boolean {
  return isPrimitive(value) && (!hasOwnHandlers() || !claim(value))
}

/** False also for functions and symbols, which cannot be cloned: they are refused alone. */
function isPrimitive(value: unknown): boolean {
  switch (typeof value) {
    case 'object':
      return value === null
    case 'function':
    case 'symbol':
      return false
    default:
      return true
  }
}

const NOTHING: Transferable[] = []
