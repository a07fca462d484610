/**
 * How long a test waits for what takes no time on an idle machine. A busy one takes its time, and only a test that fails waits to the end.
 */
export const PATIENCE_MS = 20_000
