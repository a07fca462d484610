/** Memory that a worker shares with its page: a word for each of the calls that are open on it, as far as they go. */

const WORDS = 1_024

/** What a word reads while its call runs, and from when the call is canceled: what Pyodide takes for an interrupt. */
export const RUNS = 0
export const CANCELED = 2

/** The words of a new worker; undefined where memory cannot be shared. */
export function sharedWords(): SharedArrayBuffer | undefined {
  return isIsolated() ? new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT) : undefined
}

export function isIsolated(): boolean {
  return globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === 'function'
}

/**
 * Who has which word, as the page knows it. Words are numbered from 1 on before the worker has sent its memory, because calls are sent
 * before that, too.
 */
export class Words {
  #memory: Int32Array | undefined
  readonly #free: number[] = []
  #used = 0

  /** Takes a word that no other open call has. Returns 0 if there is none. */
  take(): number {
    const word = this.#free.pop() ?? (this.#used < WORDS ? ++this.#used : 0)
    this.store(word, RUNS)
    return word
  }

  /** Gives a word back, once the worker has replied to its call. */
  release(word: number): void {
    if (word > 0) this.#free.push(word)
  }

  store(word: number, value: typeof RUNS | typeof CANCELED): void {
    if (this.#memory && word > 0) Atomics.store(this.#memory, word - 1, value)
  }

  /** Takes the worker's memory. Untrusted: returns false for anything else. */
  share(memory: unknown): boolean {
    if (!(memory instanceof SharedArrayBuffer) || memory.byteLength !== WORDS * 4) return false
    this.#memory = new Int32Array(memory)
    return true
  }
}
