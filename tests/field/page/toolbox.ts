/** What the script of a worker is given: the worker's side of the package, Comlink, and handlers that many cases need. */
import * as comlink from 'comlink'
import { stock } from './stock.ts'

export { createTaskWorker } from '@varunkanwar/atelier/worker'
export { expose } from 'comlink'
export { comlink, stock }
