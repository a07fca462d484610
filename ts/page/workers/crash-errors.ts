/** Error messages for each crash signal, and for what cannot be sent, with the likely cause and remedy. */
import { messageOf } from '../../shared/errors/describe.ts'
import { explainUncloneable } from '../../shared/uncloneable.ts'

/** What an error event means. A script that cannot be loaded gives one without a message; a script that throws gives one with it. */
export function crashOf(event: Event): Error {
  const { message, filename, lineno } = event as Partial<ErrorEvent>
  if (message) return new Error(`${message}${filename ? ` (${filename}:${lineno})` : ''}`)
  return new Error(
    'The worker script could not be loaded or compiled. Check that its URL exists (the literal new Worker(new URL("./file", ' +
      'import.meta.url), { type: "module" }) is what bundlers look for), that it and its imports parse, and that the ' +
      "page's Content-Security-Policy allows it (worker-src).",
  )
}

export function factoryThrew(cause: unknown): Error {
  return new Error(`The worker factory threw: ${messageOf(cause)}`, { cause })
}

/** Of a set-up that threw or rejected: its error is the cause of the crash. */
export function setupFailed(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown
  return new Error(`The set-up of the worker threw: ${messageOf(thrown)}`, { cause: thrown })
}

export function workerDataThrew(cause: unknown): Error {
  return new Error(`The workerData function threw: ${messageOf(cause)}`, { cause })
}

/** For data that cannot be posted. Says where in it that is, where it can be found out. */
export function unsendableData(value: unknown, moves: Transferable[], cause: unknown): Error {
  const why = explainUncloneable(value, 'workerData', moves) ?? messageOf(cause)
  return new TypeError(
    `workerData cannot be sent to a worker (${why}). Give what structured clone accepts, or a function that makes what is to move ` +
      'for each worker.',
    { cause },
  )
}

/** Of a Worker-like object that throws when it is listened or posted to. */
export function unusable(cause: unknown): Error {
  return new Error(`The worker cannot be used: ${messageOf(cause)}`, { cause })
}

export function servesNoTask(cause: unknown): Error {
  return new Error('The worker does not serve a task: it must call expose(createTaskWorker(handlers)).', {
    cause,
  })
}

export function neverReady(afterMs: number): Error {
  return new Error(
    `The worker was not ready within its startTimeoutMs of ${afterMs} ms. Check that its script calls ` +
      'expose(createTaskWorker(handlers)), that it neither ends itself nor waits too long for something (a top-level await, a long ' +
      "computation) before that, and that the page's Content-Security-Policy allows the script and its imports. A worker that " +
      'loads much before it is ready needs a higher startTimeoutMs.',
  )
}

export function exitedSilently(): Error {
  return new Error('The worker has ended itself or was ended.')
}

export function unreadableMessage(): Error {
  return new Error('A message from the worker could not be read.')
}

export function thrownOutside(thrown: unknown): Error {
  return new Error(`The worker threw outside of any call: ${messageOf(thrown)}`, { cause: thrown })
}

/** For a call whose arguments cannot be posted. Says which of them it is, where that can be found out. */
export function unsendable(
  method: string,
  args: readonly unknown[],
  moves: readonly Transferable[] | undefined,
  cause: unknown,
): Error {
  const why = explainUncloneable(args, 'args', moves) ?? messageOf(cause)
  return new TypeError(
    `An argument of "${method}" cannot be sent to a worker (${why}). Pass what structured clone accepts, or a function as ` +
      'Comlink.proxy(function), which must be an argument of its own and not inside another one.',
    { cause },
  )
}

/** For a call in a message that its worker could not read. */
export function unreadableArgument(method: string): Error {
  return new TypeError(
    `An argument of "${method}" could not be read by the worker: it is of a kind that only pages have (such as an ` +
      'RTCCertificate), nested too deeply for the stack of a worker, or without its content (such as an ImageData whose buffer has moved).',
  )
}

/** For a call whose reply was in a message that the page could not read. */
export function unreadableResult(method: string): Error {
  return new TypeError(
    `The result of "${method}" could not be read by the page: it is of a kind that only workers have, nested too deeply, or ` +
      'without its content (such as an ImageData whose buffer has moved).',
  )
}
