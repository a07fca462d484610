/** How many workers are busy at one time, by their own word. */
export type BusyWorkers = { now: number; most: number }

/** A factory of workers that say when they are busy. What they say is added up in `busy`. */
export function turnsWorkers(busy: BusyWorkers = { now: 0, most: 0 }) {
  const create = () => {
    const worker = new Worker(new URL('./workers/turns.worker.ts', import.meta.url), { type: 'module' })
    let calls = 0
    let ended = false
    const told = (change: number) => {
      const before = calls
      calls += change
      if (before === 0 && calls > 0) busy.now++
      if (before > 0 && calls === 0) busy.now--
      busy.most = Math.max(busy.most, busy.now)
    }
    worker.addEventListener('message', ({ data }) => {
      if (!ended && typeof data?.busy === 'number') told(data.busy)
    })
    // A worker that is terminated says nothing any more.
    const { terminate } = worker
    worker.terminate = () => {
      told(-calls)
      ended = true
      terminate.call(worker)
    }
    return worker
  }
  return { create }
}
