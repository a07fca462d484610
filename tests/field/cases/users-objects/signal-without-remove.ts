/** A signal of a library of its own. */
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task()
  const signal = { aborted: false, addEventListener() {} } as unknown as AbortSignal
  await t.settles(
    task
      .with({ signal })
      .echo(1)
      .catch(() => undefined),
  )
  await t.settles(
    task
      .with({ signal })
      .echo(2)
      .catch(() => undefined),
  )
  t.equal(await t.settles(task.echo(3)), 3)
}) satisfies Case
