import type { Case } from '../../page/field.ts'

export default (async t => {
  let closed = 0
  const { close } = ImageBitmap.prototype
  ImageBitmap.prototype.close = function () {
    closed++
    close.call(this)
  }
  const task = t.task(() => ({
    async tiles() {
      const tiles = [
        await createImageBitmap(new ImageData(2, 2)),
        await createImageBitmap(new ImageData(2, 2)),
      ]
      await new Promise(resolve => setTimeout(resolve, 300))
      return { tiles }
    },
  }))
  await t.settles(task.ping())
  const call = task.with({ key: 'k' }).tiles()
  await t.sleep(100)
  t.runtime.abortTaskController.abort('k')
  await t.rejects(call, 'AbortError')
  t.runtime.abortTaskController.clear('k')
  await t.until(() => closed === 2, 'the closing of both late bitmaps')
}) satisfies Case
