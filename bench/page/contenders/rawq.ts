/**
 * The baseline for runtimes with their own queue: hand-written postMessage with a queue in the page, one call in
 * flight per worker, and cancellation by key.
 */
import type { Handlers } from '../handlers.ts'
import type { Pool, PoolOptions } from '../pool.ts'

type Call = {
  readonly method: keyof Handlers
  readonly argument: unknown
  readonly key: string | undefined
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  open: boolean
}

type Seat = { readonly worker: Worker; call: Call | undefined }

export function open({ workers: size, keyed }: PoolOptions): Pool {
  const queue = new Ring<Call>()
  const keys = new Map<string, Set<Call>>()
  const idle: Seat[] = []
  const seats = Array.from({ length: size }, () => {
    const worker = new Worker(new URL('./raw.worker.ts', import.meta.url), { type: 'module' })
    const seat: Seat = { worker, call: undefined }
    worker.onmessage = ({ data: [, value, error] }) => {
      const { call } = seat
      if (call?.open) {
        forget(call)
        if (error === undefined) call.resolve(value)
        else call.reject(error)
      }
      proceed(seat)
    }
    idle.push(seat)
    return seat
  })

  /** Starts the oldest call that is not canceled. */
  const proceed = (seat: Seat) => {
    let call = queue.shift()
    while (call && !call.open) call = queue.shift()
    if (call) start(seat, call)
    else {
      seat.call = undefined
      idle.push(seat)
    }
  }

  const start = (seat: Seat, call: Call) => {
    seat.call = call
    const { method, argument } = call
    seat.worker.postMessage([0, method, argument], argument instanceof ArrayBuffer ? [argument] : [])
  }

  const remember = (key: string, call: Call) => {
    const calls = keys.get(key)
    if (calls) calls.add(call)
    else keys.set(key, new Set([call]))
  }

  const forget = (call: Call) => {
    call.open = false
    if (call.key === undefined) return
    const calls = keys.get(call.key)
    calls?.delete(call)
    if (calls?.size === 0) keys.delete(call.key)
  }

  return {
    call: (method, argument) =>
      new Promise((resolve, reject) => {
        const key = keyed ? String(argument) : undefined
        const call: Call = { method, argument, key, resolve, reject, open: true }
        if (key !== undefined) remember(key, call)
        const seat = idle.pop()
        if (seat) start(seat, call)
        else queue.push(call)
      }),
    cancelKey: key => {
      const reason = new DOMException(`"${key}" was canceled`, 'AbortError')
      for (const call of keys.get(key) ?? []) {
        call.open = false
        call.reject(reason)
      }
      keys.delete(key)
    },
    close: () => {
      for (const { worker } of seats) worker.terminate()
    },
  }
}

/** A first-in, first-out queue in an array whose length is a power of two. */
class Ring<T> {
  #items: (T | undefined)[] = new Array(16)
  #head = 0
  #size = 0

  push(item: T): void {
    if (this.#size === this.#items.length) this.#grow()
    this.#items[(this.#head + this.#size++) & (this.#items.length - 1)] = item
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head] = undefined
    this.#head = (this.#head + 1) & (this.#items.length - 1)
    this.#size--
    return item
  }

  #grow(): void {
    const items = [...this.#items.slice(this.#head), ...this.#items.slice(0, this.#head)]
    items.length *= 2
    this.#items = items
    this.#head = 0
  }
}
