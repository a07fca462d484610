/** performance.measure may refuse; calls go on. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  performance.measure = () => {
    throw new TypeError('of measure')
  }
  const runtime = t.createRuntime({ observability: { spans: 'on' } })
  const task = t.task(undefined, { runtime })
  t.equal(await t.settles(task.echo(1)), 1)
}) satisfies Case
