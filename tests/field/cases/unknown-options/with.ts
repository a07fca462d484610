import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  t.throws(() => task.with({ tranfer: [] } as object), 'TypeError', /tranfer/)
  t.throws(
    () => task.with({ abortSignal: new AbortController().signal } as object),
    'TypeError',
    /abortSignal/,
  )
}) satisfies Case
