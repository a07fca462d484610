import { createTaskWorker } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

/** What handlers may be, but calls may not reach. */
class Base {
  inherited(): string {
    return 'reached'
  }
}

const handlers = Object.assign(new Base(), {
  own: () => 'own',
  value: 5,
  forever: () => new Promise<never>(() => {}),
  /** Posts messages as they are, where the page expects answers, and then answers. */
  say(messages: unknown[]): void {
    for (const message of messages) postMessage(message)
  },
})

export type GuardedAPI = {
  own(): Promise<string>
  forever(): Promise<never>
  say(messages: unknown[]): Promise<void>
}

expose(createTaskWorker<Pick<typeof handlers, 'own' | 'forever' | 'say'>>(handlers))
