import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    async shout({ readable, writable }: TransformStream<string, string>) {
      const upper = new TransformStream<string, string>({
        transform: (chunk, controller) => controller.enqueue(chunk.toUpperCase()),
      })
      await readable.pipeThrough(upper).pipeTo(writable)
    },
  }))
  const out = new TransformStream<string, string>()
  const back = new TransformStream<string, string>()
  const pair = { readable: out.readable, writable: back.writable } as TransformStream<string, string>
  void t.settles(task.shout(pair))
  const writer = out.writable.getWriter()
  void writer.write('hello')
  const reader = back.readable.getReader()
  t.equal((await t.settles(reader.read())).value, 'HELLO')
  void writer.close()
  t.equal((await t.settles(reader.read())).done, true)
}) satisfies Case
