import './poolifier.window.ts'
import { type TaskFunctionObject, ThreadWorker } from 'poolifier-web-worker'
import { handlers } from '../handlers.ts'

const LEVELS = 16

type Handler = (argument?: unknown) => unknown

/** Of each handler one without a priority and one for each. Of its priorities the lowest number is the highest. */
const functions = Object.entries(handlers as Record<string, Handler>).flatMap(([name, taskFunction]) => [
  [name, { taskFunction }] as const,
  ...Array.from({ length: LEVELS }, (_, level): [string, TaskFunctionObject] => [
    `${name}-${level}`,
    { taskFunction, priority: -level },
  ]),
])

new ThreadWorker(Object.fromEntries(functions))
