import { createTaskWorker } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

const violations: string[] = []
addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective))

export const handlers = {
  sum: (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + byte, 0),
  /** What the policy has blocked in this worker. */
  violations: () => violations,
}

expose(createTaskWorker(handlers))
