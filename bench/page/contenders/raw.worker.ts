import { type Handlers, handlers } from '../handlers.ts'

const serve = handlers as Record<keyof Handlers, (argument: unknown) => unknown>

self.onmessage = ({ data: [id, method, argument] }: MessageEvent<[number, keyof Handlers, unknown]>) => {
  const succeed = (value: unknown) =>
    postMessage([id, value], { transfer: value instanceof ArrayBuffer ? [value] : [] })
  const fail = (error: unknown) => postMessage([id, undefined, error])
  try {
    const result = serve[method](argument)
    if (result instanceof Promise) result.then(succeed, fail)
    else succeed(result)
  } catch (error) {
    fail(error)
  }
}
