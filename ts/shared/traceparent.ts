/** An id as in a W3C trace context whose last 16 digits are a parent id, too: not all of them are 0. */
const TRACE_ID = /^[\da-f]{16}(?!0{16})([\da-f]{16})$/

/**
 * The W3C trace context by which a worker joins a sampled trace. The parent id, under which exporters put what they report, is the end of the
 * trace's id, so that all sides agree on it. Undefined for an id that is none of a trace context.
 */
export function traceparentOf(traceId: string): string | undefined {
  const parentId = TRACE_ID.exec(traceId)?.[1]
  return parentId && `00-${traceId}-${parentId}-01`
}
