/** Functions and buffers that page and worker hand to each other through functions of the page. */
import { proxy, transfer } from 'comlink'
import type { Case } from '../../page/field.ts'

type Count = (step: number) => Promise<number>

export default (async t => {
  const task = t.task(() => ({
    async run(open: (name: Uint8Array) => Promise<Count>, load: () => Promise<Uint8Array>) {
      const count = await open(new Uint8Array([1, 2]))
      const bytes = await load()
      return [await count(2), await count(3), bytes.length]
    },
  }))
  const heard: number[] = []
  const bytes = new Uint8Array(9)
  const open = proxy((name: Uint8Array) => proxy((step: number) => heard.push(step + name.length)))
  const load = proxy(() => transfer(bytes, [bytes.buffer]))
  t.equal(await t.settles(task.run(open as never, load as never)), [1, 2, 9])
  t.equal(heard, [4, 5])
  t.equal(bytes.length, 0, 'what is left of what was moved')
}) satisfies Case
