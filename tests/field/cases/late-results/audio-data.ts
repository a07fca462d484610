import type { Case } from '../../page/field.ts'

export default (async t => {
  t.needs('AudioData')
  let closed = 0
  const { close } = AudioData.prototype
  AudioData.prototype.close = function () {
    closed++
    close.call(this)
  }
  const task = t.task(() => ({
    async decode() {
      const data = new AudioData({
        format: 'f32',
        sampleRate: 8_000,
        numberOfFrames: 4,
        numberOfChannels: 1,
        timestamp: 0,
        data: new Float32Array(4),
      })
      await new Promise(resolve => setTimeout(resolve, 300))
      return data
    },
  }))
  await t.settles(task.ping())
  const stop = new AbortController()
  const call = task.with({ signal: stop.signal }).decode()
  await t.sleep(50)
  stop.abort()
  await t.rejects(call, 'AbortError')
  await t.until(() => closed === 1, 'the closing of the late samples')
}) satisfies Case
