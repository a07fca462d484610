import type { Case } from '../../page/field.ts'

export default (async t => {
  t.throws(() => t.task(undefined, { poolSize: 0, type: 'parallel' }), 'RangeError', /poolSize.*0/)
  t.throws(() => t.task(undefined, { type: 'pool' as never }), 'RangeError', /type/)
  t.throws(() => t.task(undefined, { worker: new Worker('/script.js') as never }), 'TypeError', /worker/)
  t.throws(() => t.task(undefined, { maxQueueDepth: 1.5 }), 'RangeError', /maxQueueDepth/)
}) satisfies Case
