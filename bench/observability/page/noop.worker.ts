import { createTaskWorker } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

expose(createTaskWorker({ noop: () => undefined }))
