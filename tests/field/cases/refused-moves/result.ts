import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    const kept = new ArrayBuffer(8)
    return {
      draw() {
        const canvas = new OffscreenCanvas(2, 2)
        canvas.getContext('2d')
        return { kept, canvas }
      },
      left: () => kept.byteLength,
    }
  })
  await t.rejects(task.draw(), 'TypeError')
  t.equal(await t.settles(task.left()), 8, 'the length of the buffer beside it')
}) satisfies Case
