import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    let size = 0
    return {
      take(canvas: OffscreenCanvas) {
        canvas.getContext('2d')?.fillRect(0, 0, 1, 1)
        size = canvas.width
      },
      width: () => size,
    }
  })
  const element = document.createElement('canvas')
  element.width = 7
  await t.settles(task.take(element.transferControlToOffscreen()))
  t.equal(await t.settles(task.width()), 7)
}) satisfies Case
