/** Calls of one message: only the one that cannot be read fails. */
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 4 })
  const image = new ImageData(2, 2)
  await t.settles(task.what(image))
  const [one, bad, two] = await t.settles(
    Promise.allSettled([task.echo(1), task.what(image), task.echo(2)]),
    'calls beside one that cannot be read',
  )
  t.equal(
    [one, two].map(({ status }) => status),
    ['fulfilled', 'fulfilled'],
  )
  t.equal(bad?.status === 'rejected' && bad.reason.name, 'TypeError')
}) satisfies Case
