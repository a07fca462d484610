/** The heaps of a page's workers, over Chromium's protocol. */
import type { CDPSession } from 'playwright'

/** Reaches the workers that a page starts from now on. */
export class WorkerHeaps {
  readonly #page: CDPSession
  readonly #sessions = new Set<string>()
  #last = 0

  private constructor(page: CDPSession) {
    this.#page = page
    page.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') this.#sessions.add(sessionId)
    })
    page.on('Target.detachedFromTarget', ({ sessionId }) => this.#sessions.delete(sessionId))
  }

  static async watch(page: CDPSession): Promise<WorkerHeaps> {
    const heaps = new WorkerHeaps(page)
    await page.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: false,
      flatten: false,
    })
    return heaps
  }

  /** Bytes of the objects that are still reachable in all living workers together. */
  async liveBytes(): Promise<number> {
    let sum = 0
    for (const session of this.#sessions) {
      await this.#send(session, 'HeapProfiler.collectGarbage')
      sum += ((await this.#send(session, 'Runtime.getHeapUsage')) as { usedSize: number }).usedSize
    }
    return sum
  }

  /** A session of its own would need a connection of its own. */
  #send(sessionId: string, method: string): Promise<unknown> {
    const id = ++this.#last
    const page = this.#page
    return new Promise((resolve, reject) => {
      const listen = (event: { sessionId: string; message: string }) => {
        const answer = JSON.parse(event.message) as {
          id?: number
          result?: unknown
          error?: { message: string }
        }
        if (event.sessionId !== sessionId || answer.id !== id) return
        page.off('Target.receivedMessageFromTarget', listen)
        if (answer.error) reject(new Error(answer.error.message))
        else resolve(answer.result)
      }
      page.on('Target.receivedMessageFromTarget', listen)
      page
        .send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) })
        .catch(reject)
    })
  }
}
