/** What String.match returns is an array with named properties. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ year: (match: RegExpMatchArray) => [match.index, match.groups?.year] }))
  const match = 'in 2024'.match(/(?<year>\d+)/) as RegExpMatchArray
  t.equal(await t.settles(task.year(match)), [3, '2024'])
}) satisfies Case
