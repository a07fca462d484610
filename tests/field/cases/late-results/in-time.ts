/** What a caller gets stays open. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ draw: () => createImageBitmap(new ImageData(2, 2)) }))
  const bitmap = await t.settles(task.draw())
  await t.sleep(50)
  t.equal(bitmap.width, 2)
  bitmap.close()
}) satisfies Case
