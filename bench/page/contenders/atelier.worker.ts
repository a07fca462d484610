import { createTaskWorker } from '@varunkanwar/atelier'
import { expose } from 'comlink'
import { handlers } from '../handlers.ts'

expose(createTaskWorker(handlers))
