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
  /** Calls have priorities. Default: they are started in their order. */
  priorities?: boolean
  /** The newest call is started first, where the contender can do so; if not, calls are started in their order. */
  newestFirst?: boolean
  /** A second pool of the same kind is opened beside it. */
  second?: boolean
  /** Workers of both pools that may be busy at one time. Default: no limit. */
  budget?: number
}

/** A contender's pool of workers that serve `handlers`. */
export type Pool = {
  /** @param priority - 0 to 15, the higher the sooner, in a pool with priorities. */
  call(method: keyof Handlers, argument?: unknown, priority?: number): PromiseLike<unknown>
  /** Cancels every open call of a key. Only where the contender has keys. */
  cancelKey?(key: string): void
  /** Cancels one open call, if the contender has no keys. Without either, it cannot cancel a queued call. */
  cancelCall?(call: PromiseLike<unknown>): void
  /** Calls have priorities, because that was asked for. */
  hasPriorities?: boolean
  /** The second pool that was asked for, under the same budget if there is one. */
  second?: Pool
  /** Ends the workers, whatever they are doing. */
  close(): void
}

/** The exports of a contender's module. */
export type Contender = { open(options: PoolOptions): Pool }
