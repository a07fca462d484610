import type { Case } from '../../page/field.ts'

export default (async t => {
  const task: { echo(value: number): Promise<unknown>; ping(): Promise<unknown> } = t.task(undefined, {
    maxInFlight: 2,
    keyOf: (n: number) => {
      if (n === 1) void task.echo(2)
      return 'k'
    },
  })
  t.equal(await t.settles(task.echo(1)), 1)
}) satisfies Case
