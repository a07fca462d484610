import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    link() {
      const code = [
        [0, 97, 115, 109, 1, 0, 0, 0],
        [1, 4, 1, 96, 0, 0],
        [2, 7, 1, 1, 97, 1, 98, 0, 0],
      ].flat()
      new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code)), { a: { b: 1 } })
    },
  }))
  const error = await t.rejects(task.link(), 'LinkError')
  t.ok(error instanceof WebAssembly.LinkError, 'it is a WebAssembly.LinkError')
}) satisfies Case
