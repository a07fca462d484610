import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const signal = new AbortController().signal
  signal.addEventListener = () => {
    throw new Error('of the signal')
  }
  t.foresees(/of the signal/)
  await t.rejects(task.with({ signal }).echo(1))
}) satisfies Case
