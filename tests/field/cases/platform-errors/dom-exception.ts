import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    decode() {
      throw new DOMException('too large', 'QuotaExceededError')
    },
  }))
  const error = await t.rejects(task.decode(), 'QuotaExceededError', /too large/)
  t.ok(error instanceof DOMException, 'it is a DOMException')
}) satisfies Case
