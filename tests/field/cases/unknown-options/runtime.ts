import type { Case } from '../../page/field.ts'

export default (async t => {
  t.throws(() => t.createRuntime({ observabilty: {} } as object), 'TypeError', /observabilty/)
  t.throws(() => t.createRuntime({ observability: { span: 'on' } } as object), 'TypeError', /span/)
  t.throws(
    () => t.createRuntime({ observability: { spans: { samplerate: 1 } } } as object),
    'TypeError',
    /samplerate/,
  )
}) satisfies Case
