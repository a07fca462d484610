import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    sum: ({ samples }: { samples: Float64Array }) => samples.reduce((a, b) => a + b, 0),
  }))
  const memory = new WebAssembly.Memory({ initial: 1 })
  memory.grow(1)
  const samples = new Float64Array(memory.buffer)
  samples.set([1, 2, 3])
  const port = new MessageChannel().port1
  t.equal(await t.settles(task.sum({ samples, port } as { samples: Float64Array })), 6)
  t.equal(samples[2], 3, 'the memory of the page')
}) satisfies Case
