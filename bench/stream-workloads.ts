/** Results that come one by one: how many a second, how soon, and what they cost the page. */
import type { ContenderName } from './page/main.ts'
import { median } from './statistics.ts'
import { atLeast, type Step, type Workload } from './workload.ts'

export const STREAMERS: ContenderName[] = ['raw', 'comlink', 'readable', 'effect', 'atelier']

const SMALL = 100_000
const LARGE = 1_000

export const streams: Workload = {
  name: 'streams',
  contenders: STREAMERS,
  measures: [
    { id: 'stream-small', title: '100,000 numbers', unit: '1/s', ...atLeast(0.8, 'raw') },
    {
      id: 'stream-cpu',
      title: 'time of the main thread per number',
      unit: 'µs',
      better: 'lower',
      floor: 'raw',
    },
    { id: 'stream-large', title: '1,000 buffers of 1 MB', unit: '1/s', better: 'higher', floor: 'raw' },
    { id: 'stream-first', title: 'time to the first item', unit: 'ms', better: 'lower', floor: 'raw' },
  ],
  steps: [
    {
      ids: ['stream-small', 'stream-cpu'],
      async measure(session) {
        await session.openStreamer()
        await session.rate('numbers', SMALL / 10)
        const before = await session.mainThreadTime()
        const rate = await session.rate('numbers', SMALL)
        const spent = (await session.mainThreadTime()) - before
        await session.close()
        return { 'stream-small': rate, 'stream-cpu': (1000 * spent) / SMALL }
      },
    },
    streamStep('stream-large', session => session.rate('buffers', LARGE)),
    streamStep('stream-first', async session => median(await session.first(50))),
  ],
}

function streamStep(id: string, measure: (session: Parameters<Step['measure']>[0]) => Promise<number>): Step {
  return {
    ids: [id],
    async measure(session) {
      await session.openStreamer()
      await session.rate('numbers', 1_000)
      const value = await measure(session)
      await session.close()
      return { [id]: value }
    },
  }
}
