import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const signal = new AbortController().signal
  signal.removeEventListener = () => {
    throw new Error('of the signal')
  }
  t.foresees(/of the signal/)
  t.equal(await t.settles(task.with({ signal }).echo(1)), 1)
}) satisfies Case
