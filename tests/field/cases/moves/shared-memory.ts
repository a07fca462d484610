/** Shared memory is shared: it neither moves nor is copied. */
import type { Case } from '../../page/field.ts'

export const isolated = true

export default (async t => {
  const task = t.task(() => ({ add: (cells: Int32Array) => Atomics.add(cells, 0, 1) }))
  const cells = new Int32Array(new SharedArrayBuffer(4))
  await t.settles(task.add(cells))
  await t.settles(task.add(cells))
  t.equal(cells[0], 2)
}) satisfies Case
