import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    numbers: () =>
      new ReadableStream<number>({
        start(controller) {
          for (const n of [1, 2, 3]) controller.enqueue(n)
          controller.close()
        },
      }),
  }))
  const reader = (await t.settles(task.numbers())).getReader()
  const steps = [
    await t.settles(reader.read()),
    await t.settles(reader.read()),
    await t.settles(reader.read()),
  ]
  t.equal(
    steps.map(({ value }) => value),
    [1, 2, 3],
  )
  t.equal((await t.settles(reader.read())).done, true)
}) satisfies Case
