import { createTaskWorker, type StripTaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'
import { describe } from '../differential/describe.ts'

const handlers = { describe: (value: unknown) => describe(value) }

export type DescribeAPI = StripTaskContext<typeof handlers>
expose(createTaskWorker(handlers))
