import { createTaskWorker } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

const pong = await new Promise<string>(resolve => setTimeout(() => resolve('pong'), 100))

expose(createTaskWorker({ ping: () => pong }))
