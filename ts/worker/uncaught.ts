import { toEnvelope } from '../shared/errors/envelope.ts'
import { ReplyKind } from '../shared/protocol.ts'
import { postReply, type ReplyPort } from './replies.ts'

/**
 * Reports to the page what is thrown outside of any call, after the replies that were posted before. The platform's own error
 * event carries no error and, in Firefox, overtakes those replies; so it is suppressed, and the error printed as it would be.
 */
export function reportUncaught(port: ReplyPort): void {
  // In a test double the harness runs on a page or in Node, whose errors are not the worker's.
  if (!('WorkerGlobalScope' in globalThis)) return
  const report = (thrown: unknown) => postReply(port, undefined, ReplyKind.thrown, toEnvelope(thrown))
  globalThis.addEventListener('error', event => {
    const { error, message } = event as ErrorEvent
    event.preventDefault()
    console.error(error ?? message)
    report(error ?? message)
  })
  globalThis.addEventListener('unhandledrejection', event => report((event as PromiseRejectionEvent).reason))
}
