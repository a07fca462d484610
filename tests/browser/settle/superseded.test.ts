import { LONG_MS, prove } from './prove.ts'

/** What the older call ends with, once the newer one is answered. */
async function before(newer: Promise<unknown>, older: Promise<unknown>): Promise<unknown> {
  older.catch(() => {})
  await newer
  return older
}

prove('A newer call takes its place', {
  'it waits for a worker': {
    call: ({ api, latest }) => {
      api.sleep(50)
      const older = latest.echo('old')
      return before(latest.echo('new'), older)
    },
  },
  'it runs': {
    call: ({ latest }) => {
      const older = latest.sleep(50)
      return before(latest.echo('new'), older)
    },
  },
  'the same, with `replaceRunning`': {
    call: ({ replacing }) => {
      const older = replacing.sleep(LONG_MS)
      replacing.echo('new')
      return older
    },
  },
  'it runs, and a crash sends it back to the queue': {
    config: { crashPolicy: 'restart-requeue-in-flight' },
    call: ({ latest }) => {
      const older = latest.close()
      return before(latest.echo('new'), older)
    },
  },
})
