import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    fail() {
      const errors: Error[] = []
      errors.length = 4_000_000_000
      throw Object.assign(new Error('sparse'), { rows: errors })
    },
  }))
  await t.rejects(task.fail(), 'Error', /sparse/)
}) satisfies Case
