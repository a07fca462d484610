import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    class Picture {
      constructor(readonly bitmap: ImageBitmap) {}
      get [Symbol.toStringTag]() {
        return 'Picture'
      }
    }
    let last: ImageBitmap | undefined
    return {
      async draw() {
        last = await createImageBitmap(new ImageData(3, 2))
        return new Picture(last) as { bitmap: ImageBitmap }
      },
      left: () => last?.width,
    }
  })
  const { bitmap } = await t.settles(task.draw())
  t.equal(bitmap.width, 3)
  t.equal(await t.settles(task.left()), 0, 'the width of the bitmap that moved')
}) satisfies Case
