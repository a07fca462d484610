import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ 'a-b': () => 1, größe: () => 2, '1': () => 3, '': () => 4 }))
  t.equal(await t.settles(Promise.all([task['a-b'](), task.größe(), task['1'](), task['']()])), [1, 2, 3, 4])
}) satisfies Case
