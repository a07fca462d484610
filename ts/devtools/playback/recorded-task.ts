import { BarState, type CallFacts } from '../model/bars.ts'

/** A call of a recording that has not left its worker. */
export type RecordedCall = {
  readonly facts: CallFacts
  readonly submitted: number
  /** When it came into the queue last. */
  queuedAt: number
  /** Its worker. Undefined while it is queued. */
  slot: number | undefined
  isResting: boolean
  /** It is settled for its caller. */
  isAbandoned: boolean
}

/** Where the calls of a recorded task are. The kernel counts them only while somebody listens, which a recording may be without. */
export class RecordedTask {
  readonly calls = new Map<number, RecordedCall>()
  inFlight = 0
  queued = 0
  resting = 0
  workers = 0

  submit(call: number, facts: CallFacts, at: number): void {
    this.calls.set(call, {
      facts,
      submitted: at,
      queuedAt: at,
      slot: undefined,
      isResting: false,
      isAbandoned: false,
    })
    this.queued++
  }

  dispatch(call: number, slot: number): void {
    const known = this.calls.get(call)
    if (!known) return
    known.slot = slot
    this.queued--
    this.inFlight++
  }

  /** A resting stream gives its permit back; an abandoned call has one. */
  rest(call: number, isResting: boolean): void {
    const known = this.calls.get(call)
    if (!known || known.slot === undefined || known.isResting === isResting) return
    known.isResting = isResting
    this.resting += isResting ? 1 : -1
    this.inFlight -= isResting ? 1 : -1
  }

  interrupt(call: number): void {
    this.rest(call, false)
    const known = this.calls.get(call)
    if (known) known.isAbandoned = true
  }

  /** The call is settled for its caller. Returns the call as it was. */
  settle(call: number): RecordedCall | undefined {
    const known = this.calls.get(call)
    if (known && !known.isAbandoned) this.#leave(call, known)
    return known
  }

  /** The worker has replied. Returns true if that freed the place of an abandoned call. */
  reply(call: number): boolean {
    const known = this.calls.get(call)
    if (!known?.isAbandoned) return false
    this.#leave(call, known)
    return true
  }

  /** The slot's worker is gone: its calls are queued until the kernel says otherwise. */
  terminate(slot: number, at: number): void {
    for (const [call, known] of this.calls) {
      if (known.slot !== slot) continue
      if (known.isAbandoned) {
        this.#leave(call, known)
        continue
      }
      this.rest(call, false)
      known.slot = undefined
      known.queuedAt = at
      this.inFlight--
      this.queued++
    }
  }

  /** Abandoned calls on the slot's worker. */
  held(slot: number): ReadonlySet<number> {
    return new Set([...this.calls].filter(([, known]) => known.slot === slot).map(([call]) => call))
  }

  #leave(call: number, known: RecordedCall): void {
    this.rest(call, false)
    this.calls.delete(call)
    if (known.slot === undefined) this.queued--
    else this.inFlight--
  }
}

/** What a call is counted as, by how it ended. */
export const COUNTED = {
  [BarState.ok]: 'succeeded',
  [BarState.failed]: 'failed',
  [BarState.lost]: 'failed',
  [BarState.canceled]: 'canceled',
  [BarState.dropped]: 'rejected',
} as const
