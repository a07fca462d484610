import type { Handlers } from './handlers.ts'

/** What a workload asks of a pool. */
export type PoolOptions = {
  workers: number
  /** Calls on workers at one time. Default: one per worker. */
  inFlight?: number
  /** The first argument of every call is its cancellation key. Default: calls have no key. */
  keyed?: boolean
  /** Any number of calls may be queued. Default: what the contender does by itself. */
  backlog?: boolean
}

/** A contender's pool of workers that serve `handlers`. */
export type Pool = {
  call(method: keyof Handlers, argument?: unknown): PromiseLike<unknown>
  /** Cancels every open call of a key. Only where the contender has keys. */
  cancelKey?(key: string): void
  /** Cancels one open call, where the contender has no keys. Neither: it cannot cancel a call that waits. */
  cancelCall?(call: PromiseLike<unknown>): void
  /** Ends the workers, whatever they are doing. */
  close(): void
}

/** What the module of a contender exports. */
export type Contender = { open(options: PoolOptions): Pool }
