import type { Case } from '../../page/field.ts'

export default (async t => {
  t.task(undefined, { taskId: 'one' })
  t.throws(() => t.task(undefined, { taskId: 'one' }), 'RangeError', /taskId/)
}) satisfies Case
