/** What became of an attempt. */
export const BarState = {
  /** On its worker, or on its way there. */
  open: 0,
  /** The handler returned. */
  ok: 1,
  /** The handler threw, or the call could not be sent. */
  failed: 2,
  /** It was canceled, and its worker has replied since, or it never started. */
  canceled: 3,
  /** The queue policy refused or dropped it. */
  dropped: 4,
  /** Its worker crashed or was stopped. */
  lost: 5,
  /** It was canceled, and it is still on its worker. */
  abandoned: 6,
  /** It ended while nobody looked. */
  unseen: 7,
} as const
export type BarState = (typeof BarState)[keyof typeof BarState]

/** What is known of a call beside its times. A recording has no names. */
export type CallFacts = {
  readonly id: string
  readonly method: string
  readonly key: string | undefined
  readonly trace: string | undefined
  readonly priority: number
  /** Why it was rejected. */
  error?: string
}

/** How many attempts are kept of one lane. */
const MOST = 4_096
const FIRST = 64

/** Rows of a lane, for calls that are on one worker at the same time. Those beyond share the last one. */
const MOST_ROWS = 6

/**
 * The last attempts on one worker, the oldest first: a ring of numbers, because a panel that draws thousands of them many times a second
 * must neither allocate nor follow pointers for each.
 */
export class Bars {
  /** When the attempt began, in milliseconds on the kernel's clock. */
  start = new Float64Array(FIRST)
  /** When it ended. Infinity while it is open. */
  end = new Float64Array(FIRST)
  /** Milliseconds in the queue before it. NaN: unknown. */
  wait = new Float32Array(FIRST)
  /** Milliseconds in the handler, at the end of the attempt. NaN: unknown. */
  run = new Float32Array(FIRST)
  call = new Float64Array(FIRST)
  attempt = new Uint16Array(FIRST)
  state = new Uint8Array(FIRST)
  row = new Uint8Array(FIRST)
  /** 1 if the filter shows it. */
  shown = new Uint8Array(FIRST)
  readonly facts: CallFacts[] = []
  /** Rows that were ever in use. */
  rows = 1
  /** Numbers of attempts: the next one, and the oldest that is kept. */
  next = 0
  first = 0
  readonly #open = new Map<number, number>()
  readonly #busy: number[] = []

  /** Where an attempt is in the arrays. */
  at(number: number): number {
    return number & (this.start.length - 1)
  }

  /** How many attempts are open. */
  get openCount(): number {
    return this.#open.size
  }

  /** Numbers of the open attempts. */
  open(): Iterable<number> {
    return this.#open.values()
  }

  /** The number of the call's open attempt. */
  find(call: number): number | undefined {
    return this.#open.get(call)
  }

  /** What an attempt was like at a moment: what has ended since was in flight then. */
  stateAt(index: number, moment: number): BarState {
    const state = this.state[index] as BarState
    const isOpen = (this.end[index] as number) > moment
    return isOpen && state !== BarState.abandoned ? BarState.open : state
  }

  /** Adds an open attempt. */
  add(start: number, wait: number, call: number, attempt: number, facts: CallFacts, isShown: boolean): void {
    const index = this.#place()
    const row = this.#freeRow()
    this.start[index] = start
    this.end[index] = Number.POSITIVE_INFINITY
    this.wait[index] = wait
    this.run[index] = Number.NaN
    this.call[index] = call
    this.attempt[index] = attempt
    this.state[index] = BarState.open
    this.row[index] = row
    this.shown[index] = isShown ? 1 : 0
    this.facts[index] = facts
    this.#open.set(call, this.next - 1)
    this.#busy[row] = (this.#busy[row] ?? 0) + 1
    this.rows = Math.max(this.rows, row + 1)
  }

  /** Ends an open attempt. */
  close(number: number, end: number, state: BarState, run: number): void {
    const index = this.at(number)
    this.end[index] = end
    this.run[index] = run
    this.state[index] = state
    this.#leave(index)
  }

  #leave(index: number): void {
    this.#open.delete(this.call[index] as number)
    const row = this.row[index] as number
    this.#busy[row] = (this.#busy[row] ?? 1) - 1
  }

  #freeRow(): number {
    for (let row = 0; row < MOST_ROWS; row++) if (!this.#busy[row]) return row
    return MOST_ROWS - 1
  }

  /** Makes room for one more; the oldest goes when there are enough. */
  #place(): number {
    if (this.next - this.first === this.start.length) {
      if (this.start.length < MOST) this.#grow()
      else {
        const oldest = this.at(this.first++)
        if (this.end[oldest] === Number.POSITIVE_INFINITY) this.#leave(oldest)
      }
    }
    return this.at(this.next++)
  }

  #grow(): void {
    const length = this.start.length
    const grown = <A extends { set(from: A, at: number): void }>(from: A, to: A): A => {
      // A ring of a power of two that is full has its numbers in two runs; both keep their place in the doubled one.
      to.set(from, 0)
      to.set(from, length)
      return to
    }
    this.start = grown(this.start, new Float64Array(2 * length))
    this.end = grown(this.end, new Float64Array(2 * length))
    this.wait = grown(this.wait, new Float32Array(2 * length))
    this.run = grown(this.run, new Float32Array(2 * length))
    this.call = grown(this.call, new Float64Array(2 * length))
    this.attempt = grown(this.attempt, new Uint16Array(2 * length))
    this.state = grown(this.state, new Uint8Array(2 * length))
    this.row = grown(this.row, new Uint8Array(2 * length))
    this.shown = grown(this.shown, new Uint8Array(2 * length))
    for (let index = 0; index < length; index++) this.facts[length + index] = this.facts[index] as CallFacts
  }
}
