import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const text = 'x'.repeat(1_000_000)
  const list = Array.from({ length: 100_000 }, (_, n) => ({ n }))
  t.equal(((await t.settles(task.echo(text))) as string).length, 1_000_000)
  t.equal(((await t.settles(task.echo(list))) as unknown[]).length, 100_000)
}) satisfies Case
