/** The built-in set: pictures that are painted when their turn comes, so that nothing has to be downloaded. */
import type { TaskRuntime } from '@varunkanwar/atelier'
import { nameOf } from './paintings.ts'
import type { Source } from './picture.ts'
import type { PaintAPI } from './workers/paint.worker.ts'

/** Creates sets of any size. The painters are workers too, because painting in the page would make it stutter. */
export function sampleSets(runtime: TaskRuntime): (count: number) => Source[] {
  const painter = runtime.defineTask<PaintAPI>({
    type: 'parallel',
    taskId: 'paint',
    worker: () => new Worker(new URL('./workers/paint.worker.ts', import.meta.url), { type: 'module' }),
    poolSize: 2,
    idleTimeoutMs: 5_000,
  })
  return count =>
    Array.from({ length: count }, (_, number) => ({
      name: nameOf(number),
      open: () => painter.paint(number),
    }))
}
