import type { TaskDispatchOptions } from '../../api/task.ts'
import type { CallPriority } from '../kernel/port-types.ts'

/** What `TaskSignal.priority` means, by the Prioritized Task Scheduling API. */
const SIGNAL_PRIORITIES: Readonly<Record<string, number>> = {
  'user-blocking': 4,
  'user-visible': 0,
  background: -4,
}

/** Whether this is a priority: an integer from −8 to 7. */
export function isPriority(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= -8 && (value as number) <= 7
}

/** The priority of a TaskSignal. Undefined for a signal that has none. */
export function signalPriority(signal: AbortSignal | undefined): number | undefined {
  const priority = (signal as { priority?: unknown } | undefined)?.priority
  return typeof priority === 'string' ? SIGNAL_PRIORITIES[priority] : undefined
}

const NO_PRIORITY: CallPriority = { priority: 0, followsSignal: false }

/**
 * The priority of a call, and whether it follows that of its signal.
 *
 * @throws whatever `priorityOf` or the signal's getter throws.
 */
export function priorityOfCall(
  { priority, signal }: TaskDispatchOptions,
  // biome-ignore lint/suspicious/noExplicitAny: the arguments are those of the user's handlers.
  priorityOf: ((...args: any[]) => number) | undefined,
  args: unknown[],
): CallPriority {
  // One object for all such calls: most have no priority, and one more object for each shows.
  if (priority === undefined && signal === undefined && priorityOf === undefined) return NO_PRIORITY
  if (priority !== undefined) return { priority, followsSignal: false }
  const ofSignal = signalPriority(signal)
  if (ofSignal !== undefined) return { priority: ofSignal, followsSignal: true }
  const derived = priorityOf?.(...args)
  return { priority: isPriority(derived) ? derived : 0, followsSignal: false }
}
