import type { Case } from '../../page/field.ts'

export default (async t => {
  const subscribe = (options: object) => t.runtime.subscribeRuntimeSnapshot(() => undefined, options)
  t.throws(() => subscribe({ interval: 10 }), 'TypeError', /interval/)
}) satisfies Case
