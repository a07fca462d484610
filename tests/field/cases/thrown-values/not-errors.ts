import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    fail(kind: string) {
      throw kind === 'undefined' ? undefined : kind === 'null' ? null : kind === 'object' ? { code: 7 } : kind
    },
  }))
  for (const [kind, thrown] of [
    ['undefined', undefined],
    ['null', null],
    ['object', { code: 7 }],
    ['text', 'text'],
  ]) {
    let caught: unknown = 'nothing'
    await t.settles(
      task.fail(kind as string).catch((error: unknown) => {
        caught = error
      }),
    )
    t.equal(caught, thrown)
  }
}) satisfies Case
