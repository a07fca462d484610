import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(() => ({
    fail() {
      throw Object.assign(new RangeError('far', { cause: new TypeError('odd') }), {
        code: 'E_FAR',
        at: new Date(1),
      })
    },
  }))
  const error = (await t.rejects(task.fail(), 'RangeError', /far/)) as Error & { code: string; at: Date }
  t.equal([error.code, error.at.getTime(), (error.cause as Error).name], ['E_FAR', 1, 'TypeError'])
}) satisfies Case
