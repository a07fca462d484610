/** What cannot be cloned is thrown all the same: libraries throw responses. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    fail() {
      throw new Response('no', { status: 404 })
    },
  }))
  await t.rejects(task.fail())
}) satisfies Case
