import { TestWorker } from '../../ts/testing.ts'

/** A test worker that can also post messages that no real worker posts. */
export class FakeWorker extends TestWorker {
  /** Posts any message to the page on the port for replies, once the worker is connected. */
  say(message: unknown): void {
    this.channel?.postMessage(message)
  }
}
