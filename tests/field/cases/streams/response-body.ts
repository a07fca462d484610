import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ text: (body: ReadableStream) => new Response(body).text() }))
  const { body } = await fetch('/slow?ms=1')
  t.equal(await t.settles(task.text(body as ReadableStream)), '{"slow":true}')
}) satisfies Case
