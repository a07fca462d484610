import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  t.throws(() => t.task(undefined, { poolsize: 2 } as object), 'TypeError', /poolsize/)
  t.throws(() => t.task(undefined, { timeout: 100 } as object), 'TypeError', /timeout/)
}) satisfies Case
