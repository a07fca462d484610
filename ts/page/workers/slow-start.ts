import { isDevelopment } from '../observability/is-development.ts'

/** Long after a script of any size has loaded from a development server, and long before the default `startTimeoutMs`. */
const SLOW_MS = 5_000

/**
 * In a development build, warns about a worker that is not ready after five seconds: otherwise nothing is to be seen until its
 * `startTimeoutMs`. Returns a function that calls this off.
 */
export function warnIfSlow(taskId: string): () => void {
  if (!isDevelopment()) return () => {}
  const timer = setTimeout(() => console.warn(slowStart(taskId)), SLOW_MS)
  return () => clearTimeout(timer)
}

function slowStart(taskId: string): string {
  return (
    `Atelier: a worker of task "${taskId}" is not ready after ${SLOW_MS / 1_000} s. Likely causes: its script never calls ` +
    'expose(createTaskWorker(handlers)), or only after something that does not end, such as a top-level await; its factory names ' +
    'another script; a Content-Security-Policy or the network keeps back one of its imports. If it loads much before it is ready, ' +
    'this is to be expected.'
  )
}
