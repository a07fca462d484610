import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ check: (map: Map<string, unknown>) => map.get('self') === map }))
  const map = new Map<string, unknown>()
  map.set('self', map)
  t.equal(await t.settles(task.check(map)), true)
}) satisfies Case
