import { it } from 'vitest'
import { LONG_MS, prove } from './prove.ts'
import type { Act, Stage } from './stage.ts'

/** A call that is on its worker when something befalls that. */
const during = (befall: (stage: Stage) => unknown): Act => ({
  config: { maxInFlight: 2 },
  call: stage => {
    const call = stage.api.sleep(LONG_MS)
    befall(stage)
    return call
  },
})

prove('The worker dies', {
  'an error that nobody caught': during(({ api }) => api.throwSoon('late bang')),
  'a rejection that nobody handled': during(({ api }) => api.rejectSoon('late rejection')),
  'it ends itself during the call': { call: ({ api }) => api.close() },
  'it ends itself after another call': during(({ api }) => api.closeSoon()),
  'it ends itself before the call': {
    call: async ({ api }) => {
      await api.closeSoon()
      await new Promise(resolve => setTimeout(resolve, 100))
      return api.echo('hello')
    },
  },
  'it is terminated from outside during the call': during(({ worker }) =>
    setTimeout(() => worker().terminate(), 50),
  ),
  'it is terminated from outside just before the call': {
    call: ({ api, worker }) => {
      worker().terminate()
      return api.echo('hello')
    },
  },
})

it.skip(
  'it runs out of memory (Chromium ends the page with it; Firefox takes memory for more than half a minute)',
)
