import { prove } from './prove.ts'
import type { Act, Stage } from './stage.ts'

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** A call that is aborted when it is on its worker and cannot be taken back. */
const aborted = (call: (stage: Stage) => Promise<unknown>, config: Act['config']): Act => ({
  config: { type: 'parallel', poolSize: 2, ...config },
  call: async stage => {
    const open = call(stage)
    await pause(50)
    stage.abort()
    return open
  },
})

prove('The handler does not end', {
  'it waits for what never comes, until `timeoutMs`': {
    config: { type: 'parallel', poolSize: 2, timeoutMs: 500 },
    call: ({ api }) => api.forever(),
  },
  'the same, until it is aborted': aborted(({ doomed }) => doomed.forever(), {}),
  'the same, until the task is disposed': {
    call: ({ api, dispose }) => {
      const call = api.forever()
      dispose()
      return call
    },
  },
  'it loops endlessly, and is aborted': aborted(({ doomed }) => doomed.spin(), {}),
  'the same, with `cancelGraceMs`': aborted(({ doomed }) => doomed.spin(), {
    poolSize: 1,
    cancelGraceMs: 50,
  }),
  'another call on the worker that is then replaced': aborted(
    ({ api, doomed }) => {
      const other = api.forever()
      doomed.spin().catch(() => {})
      return other
    },
    { poolSize: 1, maxInFlight: 2, cancelGraceMs: 50 },
  ),
})
