import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { turns } from './turns.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Bytes of JavaScript objects that are still reachable. */
export async function liveHeapBytes(): Promise<number> {
  // What a finalizer or a closed port releases is only collected in the next round.
  for (let round = 0; round < 3; round++) {
    await turns(2)
    collect()
  }
  return process.memoryUsage().heapUsed
}

/** Returns true if an object is collected. */
export async function isCollected(held: WeakRef<object>): Promise<boolean> {
  for (let round = 0; round < 10 && held.deref(); round++) {
    await turns(2)
    collect()
  }
  return held.deref() === undefined
}
