/** Nobody will ever close what comes after the caller has gone. */
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  let closed = 0
  const { close } = ImageBitmap.prototype
  ImageBitmap.prototype.close = function () {
    closed++
    close.call(this)
  }
  const task = t.task(() => ({
    async draw() {
      const bitmap = await createImageBitmap(new ImageData(2, 2))
      await new Promise(resolve => setTimeout(resolve, 150))
      return bitmap
    },
  }))
  const stop = new AbortController()
  const call = task.with({ signal: stop.signal }).draw()
  await t.sleep(50)
  stop.abort()
  await t.rejects(call, 'AbortError')
  await t.until(() => closed === 1, 'the closing of the late bitmap')
}) satisfies Case
