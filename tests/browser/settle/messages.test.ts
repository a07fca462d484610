import { LONG_MS, prove } from './prove.ts'
import type { Stage } from './stage.ts'

/** An argument that no message can carry. */
const unsendable = ({ api }: Stage) => api.echo(() => 1)

/** What `bad` ends with, once the others are answered. */
async function beside(bad: Promise<unknown>, others: Promise<unknown>[]): Promise<unknown> {
  bad.catch(() => {})
  await Promise.all(others)
  return bad
}

prove('What cannot be sent', {
  'an argument that cannot be cloned, in the first call': { cold: true, call: unsendable },
  'the same, of a call that was queued': {
    call: stage => beside(unsendable(stage), [stage.api.sleep(50)]),
  },
  'the same, of one call among many': {
    config: { maxInFlight: 16 },
    call: stage => {
      const before = [1, 2, 3].map(n => stage.api.echo(n))
      const bad = unsendable(stage)
      return beside(bad, [...before, ...[4, 5, 6].map(n => stage.api.echo(n))])
    },
  },
  'an argument that the worker cannot read': {
    needs: 'RTCPeerConnection',
    call: async ({ api }) => {
      const keys = { name: 'ECDSA', namedCurve: 'P-256' } as EcKeyGenParams
      return api.echo(await RTCPeerConnection.generateCertificate(keys))
    },
  },
  'a result that cannot be cloned': { call: ({ api }) => api.callback() },
  'a message of the worker that the page cannot read': {
    call: async ({ api, worker }) => {
      const call = api.sleep(LONG_MS)
      // No engine lets a worker post what its page cannot read, so the platform's part is played.
      worker().dispatchEvent(new MessageEvent('messageerror'))
      return call
    },
  },
})
