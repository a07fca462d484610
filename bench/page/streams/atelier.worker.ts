import { createTaskWorker } from '@varunkanwar/atelier'
// The Comlink of the package's sources, because this folder has another copy for the contender of that name.
import { expose } from '../../../node_modules/comlink'
import { generators } from './streamer.ts'

expose(createTaskWorker(generators, { context: false }))
