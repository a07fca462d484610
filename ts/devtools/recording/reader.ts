import { checksum, inThousandths, signed } from './encoding.ts'
import { INPUTS, RECORDING_HEADER } from './lists.ts'
import { RecordingError } from './recording-error.ts'
import { widthOf } from './width.ts'

/** One thing that a recording holds: an input, or its end. */
export type Entry = {
  /** How many effects were taken before it. Infinity: all. */
  readonly taken: number
  readonly input: RecordedInput | undefined
}

export type RecordedInput = {
  /** Its place in `INPUTS`. */
  readonly place: number
  /** When it happened, in milliseconds. */
  readonly at: number
  /** Its fields. NaN stands for what is absent. */
  readonly numbers: readonly number[]
}

const MARK_BYTES = 4
const VERSION_BYTES = 3
const CHECKSUM_BYTES = 4

/** Reads a recording from its beginning to its end. The format is in docs/design/observability.md. */
export class Reader {
  /** The version of the kernel that was recorded. */
  readonly version: string
  /** Whether the recording had become as long as it may be. Known at its end. */
  isFull = false
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = RECORDING_HEADER.length
  /** The fields of the last input of each kind. */
  readonly #last = INPUTS.map((_, place) => new Array<number>(widthOf(place)).fill(Number.NaN))
  #now = 0

  /** @throws RecordingError for bytes that this version of the package did not record, or that were changed or cut off since. */
  constructor(bytes: Uint8Array) {
    this.version = versionOf(bytes)
    const content = bytes.subarray(0, -CHECKSUM_BYTES)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const isWhole =
      content.length > RECORDING_HEADER.length && view.getUint32(content.length, true) === checksum(content)
    if (!isWhole) throw broken()
    this.#bytes = content
    this.#view = view
  }

  /** @throws RecordingError for what no recorder writes. */
  *entries(): Generator<Entry, void> {
    for (;;) {
      const head = this.#whole()
      const isSome = head % 3 === 2
      const taken = isSome ? this.#whole() : head % 3 === 1 ? Number.POSITIVE_INFINITY : 0
      const place = Math.floor(head / 3) - 1
      if (place < 0) {
        this.isFull = this.#whole() === 1
        yield { taken, input: undefined }
        return
      }
      yield { taken, input: this.#input(place) }
    }
  }

  #input(place: number): RecordedInput {
    const last = this.#last[place]
    if (!last) throw broken()
    let changed = this.#whole()
    if (changed >= 2 ** (last.length + 1)) throw broken()
    if (changed % 2 === 1) this.#now = this.#number(this.#now || 0)
    for (let at = 0; at < last.length; at++) {
      changed = Math.floor(changed / 2)
      if (changed % 2 === 1) last[at] = this.#number(last[at] || 0)
    }
    return { place, at: this.#now, numbers: last.slice() }
  }

  #number(from: number): number {
    const token = this.#whole()
    const difference = signed(Math.floor(token / 3))
    if (token % 3 === 0) return from + difference
    if (token % 3 === 1) return (inThousandths(from) + difference) / 1000
    if (this.#at + 8 > this.#bytes.length) throw broken()
    this.#at += 8
    return this.#view.getFloat64(this.#at - 8, true)
  }

  #whole(): number {
    let number = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined || scale > Number.MAX_SAFE_INTEGER) throw broken()
      number += (byte % 128) * scale
      if (byte < 128) return number
    }
  }
}

/** @throws RecordingError unless the bytes begin as this version's recordings do. */
function versionOf(bytes: Uint8Array): string {
  const isRecording = RECORDING_HEADER.slice(0, MARK_BYTES).every((byte, at) => bytes[at] === byte)
  if (!isRecording) throw new RecordingError('not-a-recording', 'These bytes are no recording of a runtime.')
  const version = (of: ArrayLike<number>) =>
    Array.from(of)
      .slice(MARK_BYTES, MARK_BYTES + VERSION_BYTES)
      .join('.')
  const [theirs, own] = [version(bytes), version(RECORDING_HEADER)]
  if (RECORDING_HEADER.every((byte, at) => bytes[at] === byte)) return own
  const kernel = theirs === own ? `another build of kernel ${own}` : `kernel ${theirs}, not of ${own}`
  throw new RecordingError(
    'version',
    `This is a recording of ${kernel}. Replay it with the version of the package that recorded it.`,
  )
}

function broken(): RecordingError {
  return new RecordingError('broken', 'The recording is broken: its bytes were changed or cut off.')
}
