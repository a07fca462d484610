import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.script(async ({ createTaskWorker, expose, stock }) => {
    const header = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])
    const { instance } = await WebAssembly.instantiate(header)
    expose(createTaskWorker({ ...stock, exports: () => Object.keys(instance.exports) }))
  })
  const task = t.define<{ ping(): Promise<string>; exports(): Promise<string[]> }>({
    type: 'singleton',
    worker,
    startTimeoutMs: 5_000,
  })
  t.equal(await t.settles(task.exports()), [])
}) satisfies Case
