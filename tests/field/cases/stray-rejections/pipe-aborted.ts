import type { TaskContext } from '@varunkanwar/atelier/worker'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    async pipe(ctx: TaskContext) {
      const source = new ReadableStream({ pull: () => new Promise(resolve => setTimeout(resolve, 5)) })
      void source.pipeTo(new WritableStream(), { signal: ctx.signal })
      await new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)))
    },
  }))
  t.equal(await t.settles(task.count()), 1)
  const call = task.with({ key: 'pipe' }).pipe()
  await t.sleep(50)
  t.runtime.abortTaskController.abort('pipe')
  await t.rejects(call, 'AbortError')
  await t.sleep(50)
  t.equal(await t.settles(task.count()), 2, 'the state of the worker')
}) satisfies Case
