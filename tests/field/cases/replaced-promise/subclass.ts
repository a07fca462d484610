import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.script(({ createTaskWorker, expose, stock }) => {
    globalThis.Promise = class Tracked<T> extends Promise<T> {} as PromiseConstructor
    expose(createTaskWorker({ ...stock, load: async () => 7 }))
  })
  const task = t.define<{ ping(): Promise<string>; load(): Promise<number> }>({ type: 'singleton', worker })
  t.equal(await t.settles(task.load()), 7)
}) satisfies Case
