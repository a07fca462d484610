import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task()
  const value = {
    when: new Date(7),
    pattern: /a+/gi,
    big: 2n ** 70n,
    numbers: [Number.NaN, -0, Number.POSITIVE_INFINITY],
    map: new Map<unknown, unknown>([['a', new Set([1, new Date(1)])]]),
    nothing: [null, undefined],
    error: new RangeError('far'),
    bytes: new Uint8Array([1, 2]),
  }
  const copy = structuredClone(value)
  t.equal(await t.settles(task.echo(value)), copy)
}) satisfies Case
