import { createTaskWorker, type StripTaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'
import { LimitError } from './limit-error.ts'

const handlers = {
  refuse(limit: number): never {
    throw new Error('refused', { cause: new AggregateError([new LimitError(limit)], 'every limit') })
  },
  /** Throws what a wasm function does that reaches what it must not reach. */
  trap(): never {
    throw new WebAssembly.RuntimeError('unreachable')
  },
}

export type LimitAPI = StripTaskContext<typeof handlers>
expose(createTaskWorker(handlers))
