import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(() => ({
    async read(stream: ReadableStream<number>) {
      const reader = stream.getReader()
      let sum = 0
      for (let step = await reader.read(); !step.done; step = await reader.read()) sum += step.value
      return sum
    },
  }))
  const stream = new ReadableStream<number>({
    start(controller) {
      for (const n of [1, 2, 3]) controller.enqueue(n)
      controller.close()
    },
  })
  t.equal(await t.settles(task.read(stream)), 6)
}) satisfies Case
