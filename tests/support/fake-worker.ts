import { TestWorker } from '../../ts/testing.ts'

/** The package's own double, which here can also say what no worker says. */
export class FakeWorker extends TestWorker {
  /** Says something to the page where answers are expected, once it is connected, whatever it may be. */
  say(message: unknown): void {
    this.channel?.postMessage(message)
  }
}
