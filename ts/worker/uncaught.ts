import { ReplyKind } from '../shared/protocol.ts'
import { postNotice, postThrown, type ReplyPort } from './replies.ts'

/**
 * Reports to the page what happens outside of any call: an error that nothing caught, with its stack and causes, which the
 * platform's own event at the page does not have; and that a promise was rejected without a handler.
 *
 * The platform prints both. What the application prevents is not reported: whichever listener calls preventDefault(), it has done
 * so when the event loop goes round.
 */
export function reportUncaught(port: ReplyPort): void {
  const unlessPrevented = (event: Event, report: () => void) =>
    setTimeout(() => {
      if (!event.defaultPrevented) report()
    })
  globalThis.addEventListener('error', event => {
    const { error, message } = event as ErrorEvent
    unlessPrevented(event, () => postThrown(port, error ?? message))
  })
  globalThis.addEventListener('unhandledrejection', event =>
    unlessPrevented(event, () => postNotice(port, ReplyKind.unhandled)),
  )
}
