import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    load() {
      throw new AggregateError(
        [new WebAssembly.LinkError('no import'), new TypeError('no fetch')],
        'both failed',
      )
    },
  }))
  const { errors } = (await t.rejects(task.load(), 'AggregateError')) as AggregateError
  t.ok(errors[0] instanceof WebAssembly.LinkError, 'the first is a WebAssembly.LinkError')
  t.ok(errors[1] instanceof TypeError, 'the second is a TypeError')
}) satisfies Case
