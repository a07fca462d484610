/** How many values percentiles are taken of. */
const SIZE = 1_024

export type Percentiles = { p50: number; p95: number; p99: number; max: number; count: number }

/** The last values of a duration, in milliseconds. */
export class Recent {
  readonly #values = new Float32Array(SIZE)
  readonly #sorted = new Float32Array(SIZE)
  #count = 0
  #known: Percentiles | undefined

  add(value: number): void {
    this.#values[this.#count++ % SIZE] = value
    this.#known = undefined
  }

  /** Of the last 1,024 values. Undefined if there is none. */
  percentiles(): Percentiles | undefined {
    if (this.#count === 0) return undefined
    this.#known ??= this.#measure()
    return this.#known
  }

  #measure(): Percentiles {
    const size = Math.min(this.#count, SIZE)
    const sorted = this.#sorted.subarray(0, size)
    sorted.set(this.#values.subarray(0, size))
    sorted.sort()
    const rank = (part: number) => sorted[Math.ceil(part * size) - 1] as number
    return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: rank(1), count: this.#count }
  }
}

const BUCKET_MS = 250
const BUCKETS = 20

/** How often something happened lately. */
export class Rate {
  readonly #counts = new Float64Array(BUCKETS)
  #bucket = Number.NaN
  #since = Number.NaN

  add(at: number): void {
    this.#turnTo(at)
    const index = this.#bucket % BUCKETS
    this.#counts[index] = (this.#counts[index] as number) + 1
  }

  /** Per second, over the last 5 s or since the first time. */
  perSecond(now: number): number {
    if (Number.isNaN(this.#bucket)) return 0
    this.#turnTo(now)
    const sum = this.#counts.reduce((total, count) => total + count, 0)
    const seen = Math.min(now - this.#since, (BUCKETS - 1) * BUCKET_MS + (now % BUCKET_MS))
    return (sum * 1_000) / Math.max(seen, 1_000)
  }

  #turnTo(at: number): void {
    const bucket = Math.floor(at / BUCKET_MS)
    if (Number.isNaN(this.#bucket)) {
      this.#bucket = bucket
      this.#since = at
    }
    const passed = Math.min(bucket - this.#bucket, BUCKETS)
    for (let step = 1; step <= passed; step++) this.#counts[(this.#bucket + step) % BUCKETS] = 0
    if (bucket > this.#bucket) this.#bucket = bucket
  }
}
