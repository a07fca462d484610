/** Two arguments, one options object in both. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(
    () => ({ take: ({ options }: { options: Map<string, number> }) => options.delete('once') }),
    { maxInFlight: 2 },
  )
  await t.settles(task.ping())
  const options = new Map([['once', 1]])
  t.equal(await t.settles(Promise.all([task.take({ options }), task.take({ options })])), [true, true])
}) satisfies Case
