import { createTaskWorker, expose, type StripTaskContext } from '@varunkanwar/atelier/worker'
import { paint } from '../paintings.ts'

const handlers = { paint }

export type PaintAPI = StripTaskContext<typeof handlers>

expose(createTaskWorker(handlers))
