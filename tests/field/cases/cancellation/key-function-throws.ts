import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, {
    keyOf: (value?: { id: string | null }) =>
      value?.id === null ? (value.id as unknown as string).toString() : 'k',
  })
  await t.rejects(task.echo({ id: null }), 'TypeError')
  t.equal(await t.settles(task.echo({ id: 'a' })), { id: 'a' })
}) satisfies Case
