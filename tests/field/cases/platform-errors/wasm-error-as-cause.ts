import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    load() {
      throw new Error('could not load', { cause: new WebAssembly.RuntimeError('unreachable') })
    },
  }))
  const { cause } = await t.rejects(task.load(), 'Error', /could not load/)
  t.ok(cause instanceof WebAssembly.RuntimeError, 'its cause is a WebAssembly.RuntimeError')
}) satisfies Case
