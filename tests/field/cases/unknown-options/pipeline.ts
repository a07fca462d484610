import { parallelLimit } from '@varunkanwar/atelier'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const run = (options: object) => parallelLimit([1], 1, n => n, options)
  t.throws(() => run({ errorpolicy: 'continue' }), 'TypeError', /errorpolicy/)
  t.throws(() => run({ key: () => 'k' }), 'TypeError', /key/)
}) satisfies Case
