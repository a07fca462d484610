/** Part of the main thread that drawing may take; what the browser does with a picture comes on top. */
const SHARE = 0.006
/** Between two pictures while something moves, in milliseconds; at least as long as a screen takes. */
const SHORTEST_MS = 16
const LONGEST_MS = 500

/** What a picture has left to do. */
export type Next = 'moving' | 'counting' | 'idle'

/** While only numbers change, and while nothing does. */
const COUNTING_MS = 250
const IDLE_MS = 1_000

/**
 * The one loop of a panel. It draws as often as the screen allows, and less often where a picture takes long, so that drawing stays
 * within its share of the main thread. While nothing happens it only looks once a second whether a task was defined; stopped, it does
 * nothing at all.
 */
export class Loop {
  readonly #draw: () => Next
  #isRunning = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #frame: number | undefined
  #isIdle = false

  constructor(draw: () => Next) {
    this.#draw = draw
  }

  start(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    this.now()
  }

  stop(): void {
    this.#isRunning = false
    this.#cancel()
  }

  /** Something has happened. Called for every call, so it does next to nothing while pictures are drawn anyway. */
  wake(): void {
    if (!this.#isIdle) return
    this.#cancel()
    this.#plan(SHORTEST_MS)
  }

  /** The reader did something: the next picture is due at once. */
  now(): void {
    if (!this.#isRunning || this.#frame !== undefined) return
    this.#cancel()
    this.#frame = requestAnimationFrame(this.#onFrame)
  }

  #plan(ms: number): void {
    this.#isIdle = ms === IDLE_MS
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#frame = requestAnimationFrame(this.#onFrame)
    }, ms)
  }

  readonly #onFrame = (): void => {
    this.#frame = undefined
    const began = performance.now()
    const next = this.#draw()
    const rest = Math.max(SHORTEST_MS, Math.min(LONGEST_MS, (performance.now() - began) / SHARE))
    if (!this.#isRunning || this.#frame !== undefined) return
    const least = { moving: 0, counting: COUNTING_MS, idle: IDLE_MS }[next]
    this.#plan(Math.max(rest, least))
  }

  #cancel(): void {
    this.#isIdle = false
    clearTimeout(this.#timer)
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#timer = undefined
    this.#frame = undefined
  }
}
