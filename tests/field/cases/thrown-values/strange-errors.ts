import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    fail(kind: string) {
      const error = new Error('strange') as Error & { self?: unknown; run?: unknown }
      if (kind === 'cycle') error.cause = error
      if (kind === 'function') error.run = () => 0
      if (kind === 'getter') {
        Object.defineProperty(error, 'message', {
          get() {
            throw new Error('of the getter')
          },
        })
      }
      if (kind === 'proxy') throw new Proxy(error, {})
      throw error
    },
  }))
  for (const kind of ['cycle', 'function', 'getter', 'proxy']) await t.rejects(task.fail(kind))
}) satisfies Case
