import type { QueuePolicy, TaskType } from '../../api/config.ts'
import { BarState, Bars, type CallFacts } from './bars.ts'
import { Depths } from './depths.ts'
import { Rate, Recent } from './recent.ts'

/** What a task is called, and its limits where they are known. */
export type TaskFacts = {
  readonly taskId: string
  readonly taskName: string | undefined
  readonly type: TaskType | undefined
  readonly maxInFlight: number | undefined
  readonly maxQueueDepth: number | undefined
  readonly queuePolicy: QueuePolicy | undefined
}

/** The life of one worker. `to` is Infinity while it lives. */
export type Life = { readonly from: number; to: number; crashed: boolean }

/** How many lives of workers are kept of one slot. */
const MOST_LIVES = 64

/** A slot of a task: its workers, one after the other, and what was sent to them. */
export type Lane = { readonly slot: number; readonly bars: Bars; readonly lives: Life[] }

/** What is counted of a task, in the order in which it is shown. */
export const COUNTS = [
  'dispatched',
  'succeeded',
  'failed',
  'canceled',
  'rejected',
  'requeued',
  'ignored replies',
  'workers created',
  'workers crashed',
  'workers terminated',
  'unhandled rejections',
] as const
export type Count = (typeof COUNTS)[number]

/** What a panel knows of one task. */
export class TaskModel {
  readonly id: number
  readonly facts: TaskFacts
  /** By slot. */
  readonly lanes: (Lane | undefined)[] = []
  /** Calls that ended without having been on a worker. */
  readonly neverSent = new Bars()
  /** The lanes of open attempts, by call. */
  readonly #lanes = new Map<number, Lane>()
  readonly depths = new Depths()
  readonly counts = Object.fromEntries(COUNTS.map(name => [name, 0])) as Record<Count, number>
  readonly wait = new Recent()
  readonly run = new Recent()
  readonly total = new Recent()
  readonly rate = new Rate()
  inFlight = 0
  pending = 0
  waiting = 0
  resting = 0
  workers = 0
  /** Calls that are settled for their callers and still on workers. */
  abandoned = 0
  isDisposed = false

  constructor(id: number, facts: TaskFacts) {
    this.id = id
    this.facts = facts
  }

  /** What people call it. */
  get title(): string {
    return this.facts.taskName ?? this.facts.taskId
  }

  /** What a filter looks for. */
  get names(): string {
    return `${this.facts.taskId} ${this.facts.taskName ?? ''}`
  }

  /** Calls that have not ended. */
  get open(): number {
    return this.inFlight + this.pending + this.waiting + this.resting
  }

  lane(slot: number): Lane {
    let lane = this.lanes[slot]
    if (!lane) {
      lane = { slot, bars: new Bars(), lives: [] }
      this.lanes[slot] = lane
    }
    return lane
  }

  spawned(slot: number, at: number): void {
    const { lives } = this.lane(slot)
    lives.push({ from: at, to: Number.POSITIVE_INFINITY, crashed: false })
    if (lives.length > MOST_LIVES) lives.shift()
  }

  /** The slot's worker is gone, and all calls that it had. */
  ended(slot: number, at: number): void {
    const lane = this.lane(slot)
    const life = lane.lives.at(-1)
    if (life) life.to = Math.min(life.to, at)
    for (const number of [...lane.bars.open()]) {
      const wasAbandoned = lane.bars.state[lane.bars.at(number)] === BarState.abandoned
      this.close(lane, number, at, wasAbandoned ? BarState.canceled : BarState.lost, Number.NaN)
    }
  }

  crashed(slot: number): void {
    const life = this.lane(slot).lives.at(-1)
    if (life) life.crashed = true
  }

  /** An attempt goes to the slot's worker. */
  dispatched(
    slot: number,
    at: number,
    wait: number,
    call: number,
    attempt: number,
    facts: CallFacts,
    isShown: boolean,
  ): void {
    const lane = this.lane(slot)
    lane.bars.add(at, wait, call, attempt, facts, isShown)
    this.#lanes.set(call, lane)
  }

  /** The lane of a call that is on a worker. */
  laneOf(call: number): Lane | undefined {
    return this.#lanes.get(call)
  }

  /** An open attempt ends. */
  close(lane: Lane, number: number, at: number, state: BarState, run: number): void {
    const index = lane.bars.at(number)
    if (lane.bars.state[index] === BarState.abandoned) this.abandoned--
    this.#lanes.delete(lane.bars.call[index] as number)
    lane.bars.close(number, at, state, run)
  }

  /** A call ended that was never sent, or whose worker is gone. */
  endedUnsent(
    at: number,
    duration: number,
    state: BarState,
    call: number,
    facts: CallFacts,
    isShown: boolean,
  ): void {
    const bars = this.neverSent
    bars.add(at - duration, duration, call, 0, facts, isShown)
    bars.close(bars.next - 1, at, state, Number.NaN)
  }

  /** Notes how many calls are where. */
  noteDepths(at: number): void {
    this.depths.add(at, this.inFlight + this.resting, this.pending, this.waiting)
  }

  /** Nobody looks any more: what is open ends here. */
  lookAway(at: number): void {
    for (const lane of this.lanes) {
      if (!lane) continue
      for (const number of [...lane.bars.open()]) this.close(lane, number, at, BarState.unseen, Number.NaN)
      const life = lane.lives.at(-1)
      if (life) life.to = Math.min(life.to, at)
    }
  }
}
