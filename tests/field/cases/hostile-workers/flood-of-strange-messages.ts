import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    flood() {
      for (let n = 0; n < 2_000; n++) postMessage({ n, list: [n, undefined, 'x'], type: 'RAW', value: {} })
      return 'flooded'
    },
  }))
  t.equal(await t.settles(task.flood()), 'flooded')
}) satisfies Case
