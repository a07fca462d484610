import type { TaskStream } from '../../api/streams.ts'

const known = new WeakSet<object>()

/** Makes a stream known as one of this package's. */
export function makeKnown(stream: object): void {
  known.add(stream)
}

/** Whether a value is the stream of a call, and no other async iterable, which stays a value. */
export function isTaskStream(value: unknown): value is TaskStream<unknown, unknown> {
  return typeof value === 'object' && value !== null && known.has(value)
}
