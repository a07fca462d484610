import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    sizes: (...all: [ArrayBuffer, ArrayBuffer]) => [all[0].byteLength, all[1].byteLength],
  }))
  const [one, two] = [new ArrayBuffer(1), new ArrayBuffer(2)]
  t.equal(await t.settles(task.with({ transfer: [two] }).sizes(one, two)), [1, 2])
  t.equal([one.byteLength, two.byteLength], [1, 0])
}) satisfies Case
