import { proxy } from 'comlink'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ run: (options: { onStep: () => void }) => options.onStep() }))
  const call = task.run({ onStep: proxy(() => undefined) })
  await t.rejects(call, 'TypeError', /args\[0\]\.onStep .*argument of its own/)
}) satisfies Case
