import './poolifier.window.ts'
import { ThreadWorker } from 'poolifier-web-worker'
import { type Handlers, handlers } from '../handlers.ts'

new ThreadWorker(handlers as Record<keyof Handlers, (argument?: unknown) => unknown>)
