/** Moved by somebody else, and sent as a copy. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const image = new ImageData(2, 2)
  structuredClone(image.data.buffer, { transfer: [image.data.buffer] })
  await t.rejects(task.with({ transfer: [] }).what(image), 'TypeError')
}) satisfies Case
