import { proxy } from 'comlink'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ twice: async (call: () => Promise<number>) => (await call()) * 2 }), {
    maxInFlight: 3,
  })
  const callback = (n: number) => proxy(() => n) as unknown as () => Promise<number>
  const answers = [1, 2, 3].map(n => task.twice(callback(n)))
  t.equal(await t.settles(Promise.all(answers)), [2, 4, 6])
}) satisfies Case
