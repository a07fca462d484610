import { createTaskWorker } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

await new Promise(() => {})
expose(createTaskWorker({ echo: (value: unknown) => value }))
