import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    async late() {
      const failing = Promise.reject(new Error('early'))
      await new Promise(resolve => setTimeout(resolve, 20))
      return failing.catch((error: Error) => error.message)
    },
  }))
  t.equal(await t.settles(task.late()), 'early')
}) satisfies Case
