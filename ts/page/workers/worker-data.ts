import { getTransferables } from '../../shared/transferables.ts'
import type { TaskEntry } from '../tasks/registry.ts'
import type { Connection } from './connection.ts'
import { unsendableData } from './crash-errors.ts'
import { type PreparedData, prepareData } from './prepared-data.ts'

/**
 * Gives new data to every worker of a task, those that live and those to come. Nothing is changed if that fails.
 *
 * @throws TypeError for what cannot be cloned or moved, and what the function throws, if it is one.
 */
export function setData(entry: TaskEntry, given: unknown): void {
  const before = entry.workerData
  // A value is copied once, so that all workers get it as it is now.
  const data = typeof given === 'function' ? given : copied({ value: given, moves: [] }).value
  // A worker that is created while the function runs gets the new data, too.
  entry.workerData = data
  const prepared: [Connection, PreparedData][] = []
  try {
    for (const [index, connection] of [...entry.workers.entries()]) {
      if (!connection) continue
      const own = prepareData(data, index)
      prepared.push([connection, typeof data === 'function' ? copied(own) : own])
    }
  } catch (error) {
    entry.workerData = before
    throw error
  }
  for (const [connection, own] of prepared) connection.setData(own)
}

/** What the data will be when it is there: now it shows whether it can be sent. */
function copied(data: PreparedData): PreparedData {
  try {
    const value: unknown = structuredClone(data.value, { transfer: data.moves })
    return { value, moves: data.moves.length > 0 ? getTransferables(value) : [] }
  } catch (cause) {
    throw unsendableData(data.value, data.moves, cause)
  }
}
