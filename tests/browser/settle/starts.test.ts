import { jobsWorker } from '../jobs.ts'
import { prove } from './prove.ts'
import type { Act } from './stage.ts'

const cannotBeHad = (worker: () => Worker, config?: Act['config']): Act => ({
  worker,
  ...(config && { config }),
  call: ({ api }) => api.echo('hello'),
})

/** Makes a worker of a module that no bundler and no type checker would let pass. */
const scriptOf = (text: string) => () =>
  new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })), { type: 'module' })

const neverReady = (worker: () => Worker) => cannotBeHad(worker, { startTimeoutMs: 1_000 })

prove('The worker cannot be started', {
  'its script is not there': cannotBeHad(() => new Worker('/nowhere/missing.worker.js', { type: 'module' })),
  'its script does not parse': cannotBeHad(scriptOf('this is no module')),
  'one of its imports is not there': cannotBeHad(scriptOf(`import '${location.origin}/nowhere/missing.js'`)),
  'its module throws': cannotBeHad(
    () => new Worker(new URL('../workers/throws.worker.ts', import.meta.url), { type: 'module' }),
  ),
  'the factory throws': cannotBeHad(() => {
    throw new RangeError('no workers today')
  }),
  'the factory gives no worker': cannotBeHad(() => ({ postMessage() {} }) as unknown as Worker),
  'it never exposes a task': neverReady(
    () => new Worker(new URL('../workers/silent.worker.ts', import.meta.url), { type: 'module' }),
  ),
  'it waits for ever at its top level': neverReady(
    () => new Worker(new URL('../workers/await.worker.ts', import.meta.url), { type: 'module' }),
  ),
  'it ends itself at its top level': neverReady(
    () => new Worker(new URL('../workers/close.worker.ts', import.meta.url), { type: 'module' }),
  ),
  'it is terminated before its script ran': neverReady(() => {
    const worker = jobsWorker()
    worker.terminate()
    return worker
  }),
})
