import { getTransferables } from '../../shared/transferables.ts'

/** Data for one worker, and what of it moves. */
export type PreparedData = { value: unknown; moves: Transferable[] }

/**
 * Makes the data for one worker: a value as it is, or what a function returns, whose contents may move.
 *
 * @throws what the function throws.
 */
export function prepareData(given: unknown, index: number): PreparedData {
  if (typeof given !== 'function') return { value: given, moves: [] }
  const value: unknown = given({ index })
  return { value, moves: getTransferables(value) }
}
