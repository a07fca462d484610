import type { Case } from '../../page/field.ts'

export default (async t => {
  for (const timeoutMs of [Number.NaN, -1, '100', null]) {
    let error: unknown
    try {
      t.task(undefined, { timeoutMs: timeoutMs as number })
    } catch (thrown) {
      error = thrown
    }
    t.ok(/timeoutMs/.test(String(error)), `a timeoutMs of ${timeoutMs} is refused by its name: ${error}`)
  }
}) satisfies Case
