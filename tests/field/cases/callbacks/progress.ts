import { proxy } from 'comlink'
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(() => ({
    async run(steps: number, onStep: (step: number) => Promise<void>) {
      for (let step = 1; step <= steps; step++) await onStep(step)
      return 'done'
    },
  }))
  const steps: number[] = []
  const onStep = proxy((step: number) => void steps.push(step)) as unknown as (step: number) => Promise<void>
  t.equal(await t.settles(task.run(3, onStep)), 'done')
  t.equal(steps, [1, 2, 3])
}) satisfies Case
