import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.worker(() => ({ given: (...all: unknown[]) => all.length }), { context: false })
  const task = t.define<{ ping(): Promise<string>; given(...all: unknown[]): Promise<number> }>({
    type: 'singleton',
    worker,
  })
  t.equal(await t.settles(Promise.all([task.given(), task.given(1), task.given(1, undefined)])), [0, 1, 2])
}) satisfies Case
