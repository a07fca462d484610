import type { RecordConfig } from '../../api/config.ts'
import type { Kernel } from '../../page/kernel/load.ts'
import type { Recorder } from '../../page/kernel/recorder.ts'
import { describe, show } from '../../shared/errors/describe.ts'
import { refuseUnknown } from '../../shared/unknown-options.ts'
import { checksum, inThousandths, isShort, unsigned } from './encoding.ts'
import { CONFIG_FIELDS, CONFIG_WORDS, INPUTS, RECORDING_HEADER } from './lists.ts'
import { widthOf } from './width.ts'

/** The most bytes that an input takes: 9 for each of its numbers, and what stands before them. */
const mostBytes = (numbers: number) => 32 + 9 * numbers

/** The most bytes that the end of a recording takes. */
const END_BYTES = 16

/**
 * Keeps a kernel's inputs as bytes, from which the developer tools make the same kernel do the same again. The format is in
 * docs/design/observability.md.
 */
class InputRecorder implements Recorder {
  readonly #maxBytes: number
  #bytes = new Uint8Array(1 << 12)
  #view = new DataView(this.#bytes.buffer)
  #length = RECORDING_HEADER.length
  /** Effects taken since the last input. Infinity: all. */
  #taken = 0
  /** The moment of the last input. */
  #now = 0
  #isFull = false

  /** @param maxBytes - how long the recording may become. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
    this.#bytes.set(RECORDING_HEADER)
  }

  watch(kernel: Kernel): Kernel {
    const watched = Object.create(kernel)
    INPUTS.forEach((name, place) => {
      const last = new Float64Array(widthOf(place)).fill(Number.NaN)
      watched[name] = (...args: unknown[]) => {
        const now = wholeMicroseconds(args.at(-1) as number)
        args[args.length - 1] = now
        this.#record(place, now, name === 'defineTask' ? configNumbers(args) : args, last)
        return (kernel[name] as (...args: unknown[]) => unknown)(...args)
      }
    })
    watched.poll = () => {
      // Counted first: it may be the poll that the kernel does not survive.
      this.#taken++
      const kind = kernel.poll()
      if (kind === 0) this.#taken = Number.POSITIVE_INFINITY
      return kind
    }
    return watched
  }

  /** What was recorded, an end, and a checksum of both. */
  bytes(): Uint8Array<ArrayBuffer> {
    const length = this.#length
    if (!this.#isFull) this.#end()
    const bytes = this.#bytes.slice(0, this.#length + 4)
    new DataView(bytes.buffer).setUint32(this.#length, checksum(bytes.subarray(0, -4)), true)
    this.#length = length
    return bytes
  }

  /**
   * Plain loops, because this runs for every input. Of the fields, those beyond the length of `last` are left out.
   *
   * @param last - the fields of the last input of the kind; they become those of this one.
   */
  #record(place: number, now: number, fields: readonly unknown[], last: Float64Array): void {
    if (!this.#hasRoom(last.length)) return
    this.#head(place + 1)
    this.#taken = 0
    let changed = Object.is(now, this.#now) ? 0 : 1
    for (let at = 0, bit = 2; at < last.length; at++, bit *= 2) {
      if (!Object.is(Number(fields[at]), last[at])) changed += bit
    }
    this.#whole(changed)
    if (changed % 2 === 1) this.#number(now, this.#now || 0)
    this.#now = now
    for (let at = 0; at < last.length; at++) {
      const number = Number(fields[at])
      const before = last[at] as number
      if (!Object.is(number, before)) this.#number(number, before || 0)
      last[at] = number
    }
  }

  /** Makes room for an input of so many numbers, or ends the recording. */
  #hasRoom(numbers: number): boolean {
    if (this.#isFull) return false
    const needed = this.#length + mostBytes(numbers) + END_BYTES
    if (needed > this.#maxBytes) {
      this.#isFull = true
      this.#end()
      console.warn(
        `The recording is full and has stopped. observability.record.maxBytes, ${this.#maxBytes}, allows for no more.`,
      )
      return false
    }
    if (needed > this.#bytes.length) {
      const longer = new Uint8Array(2 * needed)
      longer.set(this.#bytes)
      this.#bytes = longer
      this.#view = new DataView(longer.buffer)
    }
    return true
  }

  #end(): void {
    this.#head(0)
    this.#whole(this.#isFull ? 1 : 0)
  }

  /** Which input follows, 0 for the end, and how many effects were taken before it. */
  #head(input: number): void {
    const isSome = this.#taken > 0 && this.#taken < Number.POSITIVE_INFINITY
    this.#whole(input * 3 + (isSome ? 2 : Math.min(this.#taken, 1)))
    if (isSome) this.#whole(this.#taken)
  }

  /** A number as what is to be added to another one: whole numbers, whole thousandths, or else all 64 bits of it. */
  #number(number: number, from: number): void {
    const difference = number - from
    const thousandths = inThousandths(number) - inThousandths(from)
    if (isShort(difference) && Object.is(from + difference, number)) {
      this.#whole(unsigned(difference) * 3)
    } else if (isShort(thousandths) && Object.is((inThousandths(from) + thousandths) / 1000, number)) {
      this.#whole(unsigned(thousandths) * 3 + 1)
    } else {
      this.#whole(2)
      this.#view.setFloat64(this.#length, number, true)
      this.#length += 8
    }
  }

  /** A whole number from 0 on, seven bits in a byte, the lowest first. */
  #whole(number: number): void {
    for (; number > 127; number = Math.floor(number / 128)) this.#bytes[this.#length++] = number | 128
    this.#bytes[this.#length++] = number
  }
}

/** @throws TypeError or RangeError if the configuration is invalid. */
export function createRecorder(config: RecordConfig): Recorder {
  if (typeof config !== 'object' || config === null) {
    throw new TypeError(`observability.record must be an object, not ${describe(config)}`)
  }
  refuseUnknown('createTaskRuntime: observability.record', config, ['maxBytes'])
  const { maxBytes = 4_000_000 } = config
  const isCount = Number.isInteger(maxBytes) && maxBytes > 0
  if (isCount || maxBytes === Number.POSITIVE_INFINITY) return new InputRecorder(maxBytes)
  const Kind = typeof maxBytes === 'number' ? RangeError : TypeError
  throw new Kind(
    `observability.record.maxBytes must be a positive integer or Infinity, not ${show(maxBytes)}`,
  )
}

/**
 * The numbers of a `defineTask`, which is given a configuration and the number of processors. Of a configuration no text is kept: a field is what it is (0 missing, 1 a number, 2 anything else, or the place of its word after
 * these), and its number.
 */
function configNumbers([config, hardwareConcurrency]: readonly unknown[]): number[] {
  const fields = CONFIG_FIELDS.flatMap(name => {
    const value = (config as Readonly<Record<string, unknown>>)[name]
    if (typeof value === 'number') return [1, value]
    return [value === undefined ? 0 : 3 + (CONFIG_WORDS as readonly unknown[]).indexOf(value), 0]
  })
  return [Number(hardwareConcurrency), ...fields]
}

/**
 * The next whole microsecond, so that a moment takes two bytes and not eight. A clock's digits beyond that are noise; it is rounded up,
 * since a deadline that is reported as reached must be.
 */
function wholeMicroseconds(moment: number): number {
  const nearest = inThousandths(moment)
  return nearest / 1000 < moment ? (nearest + 1) / 1000 : nearest / 1000
}
