import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(
    () => {
      const error = Object.assign(new Error('busy'), { times: 0 })
      return {
        refuse() {
          error.times++
          throw error
        },
      }
    },
    { maxInFlight: 2 },
  )
  await t.settles(task.ping())
  const calls = [task.refuse(), task.refuse()]
  const errors = await t.settles(
    Promise.all(calls.map(call => call.catch((error: { times: number }) => error))),
  )
  t.equal(
    errors.map(error => (error as { times: number }).times),
    [1, 2],
  )
}) satisfies Case
