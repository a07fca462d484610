import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    const table = new Uint8Array([1, 2, 3])
    return { read: () => table }
  })
  const kept = task.with({ transferResult: false })
  t.equal([...(await t.settles(kept.read()))], [1, 2, 3])
  t.equal([...(await t.settles(kept.read()))], [1, 2, 3], 'the second time')
}) satisfies Case
