import 'zone.js'
import { createTaskWorker } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

expose(
  createTaskWorker({
    ping: () => 'pong',
    later: (value: number) => new Promise<number>(resolve => setTimeout(() => resolve(value), 5)),
    async fail() {
      await undefined
      throw new RangeError('in a zone')
    },
  }),
)
