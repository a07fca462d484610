/** One line about this moment: how many images are in which state. */
import type { RuntimeSnapshot } from '@varunkanwar/atelier'
import { find, setText } from './dom.ts'

/** An image has at most one call at a time, so images are counted by their calls. */
export function showCounts({ tasks }: RuntimeSnapshot, notStarted: number): void {
  let [waiting, pending, inFlight] = [0, 0, 0]
  for (const task of tasks) {
    waiting += task.waitingQueueDepth
    pending += task.pendingQueueDepth
    inFlight += task.queueDepth
  }
  setText(
    find('#counts', HTMLElement),
    `${notStarted} not started · ${waiting} waiting · ${pending} pending · ${inFlight} in flight`,
  )
}
