import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    compile() {
      new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 255]))
    },
  }))
  const error = await t.rejects(task.compile(), 'CompileError')
  t.ok(error instanceof WebAssembly.CompileError, 'it is a WebAssembly.CompileError')
}) satisfies Case
