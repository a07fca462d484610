import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    async write(stream: WritableStream<string>) {
      const writer = stream.getWriter()
      await writer.write('a')
      await writer.write('b')
      await writer.close()
    },
  }))
  const written: string[] = []
  await t.settles(task.write(new WritableStream({ write: chunk => void written.push(chunk) })))
  await t.until(() => written.length === 2, 'both chunks')
  t.equal(written, ['a', 'b'])
}) satisfies Case
