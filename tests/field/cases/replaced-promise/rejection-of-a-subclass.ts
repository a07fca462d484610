import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.script(({ createTaskWorker, expose, stock }) => {
    globalThis.Promise = class Tracked<T> extends Promise<T> {} as PromiseConstructor
    const load = async () => {
      throw new RangeError('too far')
    }
    expose(createTaskWorker({ ...stock, load }))
  })
  const task = t.define<{ ping(): Promise<string>; load(): Promise<never> }>({ type: 'singleton', worker })
  await t.rejects(task.load(), 'RangeError', /too far/)
}) satisfies Case
