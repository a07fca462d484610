import type { StripTaskContext, TaskContext } from '@varunkanwar/atelier/worker'

type Handlers = {
  parse: (text: string, ctx: TaskContext | undefined) => number
  count: (text: string, ctx?: TaskContext) => number
}
type API = StripTaskContext<Handlers>

export const parse: API['parse'] = (text: string) => Promise.resolve(text.length)
export const parameters: [Parameters<API['parse']>['length'], Parameters<API['count']>['length']] = [1, 1]
