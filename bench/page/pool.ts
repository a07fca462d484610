import type { Handlers } from './handlers.ts'

/** What a workload requires of a pool. */
export type PoolOptions = {
  workers: number
  /** Calls on workers at one time. Default: one per worker. */
  inFlight?: number
  /** The first argument of every call is its cancellation key. Default: calls have no key. */
  keyed?: boolean
  /** Any number of calls may be queued. Default: the contender's own default. */
  backlog?: boolean
}

/** A contender's pool of workers that serve `handlers`. */
export type Pool = {
  call(method: keyof Handlers, argument?: unknown): PromiseLike<unknown>
  /** Cancels every open call of a key. Only where the contender has keys. */
  cancelKey?(key: string): void
  /** Cancels one open call, if the contender has no keys. Without either, it cannot cancel a queued call. */
  cancelCall?(call: PromiseLike<unknown>): void
  /** Terminates the workers, whatever they are doing. */
  close(): void
}

/** The exports of a contender's module. */
export type Contender = { open(options: PoolOptions): Pool }
