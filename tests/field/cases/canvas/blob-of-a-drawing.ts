import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    async draw() {
      const canvas = new OffscreenCanvas(4, 4)
      canvas.getContext('2d')?.fillRect(0, 0, 4, 4)
      return canvas.convertToBlob()
    },
  }))
  const blob = await t.settles(task.draw())
  t.equal(blob.type, 'image/png')
  t.equal((await createImageBitmap(blob)).width, 4)
}) satisfies Case
