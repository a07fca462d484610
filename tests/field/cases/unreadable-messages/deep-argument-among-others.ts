import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 4 })
  await t.settles(task.ping())
  let tree: object = {}
  for (let n = 0; n < 2_400; n++) tree = { tree }
  const [one, , two] = await t.settles(Promise.allSettled([task.echo(1), task.what(tree), task.echo(2)]))
  t.equal([one?.status, two?.status], ['fulfilled', 'fulfilled'], 'the neighbors')
}) satisfies Case
