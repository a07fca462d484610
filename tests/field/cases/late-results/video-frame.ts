import type { Case } from '../../page/field.ts'

export default (async t => {
  t.needs('VideoFrame')
  let closed = 0
  const { close } = VideoFrame.prototype
  VideoFrame.prototype.close = function () {
    closed++
    close.call(this)
  }
  const task = t.task(
    () => ({
      async grab() {
        const canvas = new OffscreenCanvas(4, 4)
        canvas.getContext('2d')?.fillRect(0, 0, 4, 4)
        const frame = new VideoFrame(canvas, { timestamp: 0 })
        await new Promise(resolve => setTimeout(resolve, 400))
        return frame
      },
    }),
    { timeoutMs: 200 },
  )
  await t.settles(task.ping())
  await t.rejects(task.grab(), 'AbortError')
  await t.until(() => closed === 1, 'the closing of the late frame')
}) satisfies Case
