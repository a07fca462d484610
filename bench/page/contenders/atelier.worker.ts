import { createTaskWorker } from '@varunkanwar/atelier'
// The Comlink of the package's sources: an application has one, and this folder has another for the contender of that name.
import { expose } from '../../../node_modules/comlink'
import { handlers } from '../handlers.ts'

expose(createTaskWorker(handlers))
