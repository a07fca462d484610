import type { Case } from '../../page/field.ts'

export default (async t => {
  t.needs('SuppressedError')
  const task = t.task(() => ({
    close() {
      const Suppressed = Reflect.get(globalThis, 'SuppressedError')
      throw new Suppressed(new Error('in dispose'), new Error('in the block'), 'two errors')
    },
  }))
  const error = await t.rejects(task.close(), 'SuppressedError', /two errors/)
  const { error: own, suppressed } = error as Error & { error: Error; suppressed: Error }
  t.equal([own?.message, suppressed?.message], ['in dispose', 'in the block'])
}) satisfies Case
