import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(
    () => {
      const log: string[] = []
      return {
        async add(line: string) {
          log.push(line)
          return log
        },
      }
    },
    { maxInFlight: 3 },
  )
  await t.settles(task.ping())
  const logs = await t.settles(Promise.all([task.add('a'), task.add('b')]))
  t.ok(logs[0] !== logs[1], 'each caller has a list of its own')
  logs[0]?.push('mine')
  t.equal(logs[1]?.includes('mine'), false, "the other caller's list has what was pushed")
}) satisfies Case
