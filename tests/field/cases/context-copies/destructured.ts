import type { TaskContext } from '@varunkanwar/atelier/worker'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    async wait({ signal, throwIfAborted }: TaskContext) {
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      throwIfAborted()
    },
  }))
  const call = task.with({ key: 'k' }).wait()
  await t.sleep(50)
  t.runtime.abortTaskController.abort('k')
  await t.rejects(call, 'AbortError')
}) satisfies Case
