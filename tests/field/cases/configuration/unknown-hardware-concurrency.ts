import type { Case } from '../../page/field.ts'

export default (async t => {
  for (const cores of [0, Number.NaN, undefined, -1]) {
    Object.defineProperty(navigator, 'hardwareConcurrency', { value: cores, configurable: true })
    const task = t.task(undefined, { type: 'parallel' })
    t.equal(task.getState().totalWorkers, 4, `the pool size where there are ${cores} processors`)
    t.ended(task)
  }
}) satisfies Case
