import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task()
  await t.rejects(task.echo({ onDone: () => 0 }), 'TypeError', /"echo".*Comlink\.proxy/)
}) satisfies Case
