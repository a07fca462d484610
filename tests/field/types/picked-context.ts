import type { StripTaskContext, TaskContext } from '@varunkanwar/atelier/worker'

type Handlers = { load: (url: string, ctx: Pick<TaskContext, 'signal'>) => Promise<string> }

export const given: Parameters<StripTaskContext<Handlers>['load']> = ['/data']
