import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(() => ({
    trap() {
      const code = [
        [0, 97, 115, 109, 1, 0, 0, 0],
        [1, 4, 1, 96, 0, 0],
        [3, 2, 1, 0],
        [7, 5, 1, 1, 102, 0, 0],
        [10, 5, 1, 3, 0, 0, 11],
      ].flat()
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code)))
      ;(exports.f as () => void)()
    },
  }))
  const error = await t.rejects(task.trap(), 'RuntimeError')
  t.ok(error instanceof WebAssembly.RuntimeError, 'it is a WebAssembly.RuntimeError')
}) satisfies Case
