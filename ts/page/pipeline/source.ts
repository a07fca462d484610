import { hasMethods } from './options.ts'

/** What a source returned when it was asked for an item. */
export type Step<T> =
  | { readonly kind: 'item'; readonly item: T }
  | { readonly kind: 'end' }
  | { readonly kind: 'failure'; readonly error: unknown }

/** A user's iterable, opened by the first pull. Whatever it throws becomes a step. */
export class Source<T> {
  readonly #items: Iterable<T> | AsyncIterable<T>
  readonly #isAsync: boolean
  #iterator: Iterator<T> | AsyncIterator<T> | undefined
  #owesStep = false

  constructor(items: Iterable<T> | AsyncIterable<T>) {
    this.#items = items
    this.#isAsync = hasMethods(items, Symbol.asyncIterator)
  }

  /** True while a requested step has not been received. An async source may owe it forever. */
  get owesStep(): boolean {
    return this.#owesStep
  }

  /** Asks for one step. A synchronous source delivers it before this returns. Must not be called while a step is owed. */
  pull(receive: (step: Step<T>) => void): void {
    const received = (step: Step<T>) => {
      this.#owesStep = false
      if (step.kind !== 'item') this.#iterator = undefined
      receive(step)
    }
    this.#owesStep = true
    try {
      this.#iterator ??= this.#open()
      const answer: unknown = this.#iterator.next()
      if (!this.#isAsync) received(readStep(answer))
      else
        Promise.resolve(answer)
          .then(step => readStep<T>(step))
          .catch(failure)
          .then(received)
    } catch (error) {
      received(failure(error))
    }
  }

  /** Closes the source unless it has ended. Rejects if it fails to close. */
  async close(): Promise<void> {
    const iterator = this.#iterator
    this.#iterator = undefined
    await iterator?.return?.()
  }

  #open(): Iterator<T> | AsyncIterator<T> {
    return this.#isAsync
      ? (this.#items as AsyncIterable<T>)[Symbol.asyncIterator]()
      : (this.#items as Iterable<T>)[Symbol.iterator]()
  }
}

/** @throws TypeError if the source violates the iterator protocol. */
function readStep<T>(answer: unknown): Step<T> {
  if (typeof answer !== 'object' || answer === null)
    throw new TypeError(`The next() of items must return an object; got ${String(answer)}.`)
  const { done, value } = answer as IteratorResult<T>
  return done ? { kind: 'end' } : { kind: 'item', item: value as T }
}

function failure(error: unknown): Step<never> {
  return { kind: 'failure', error }
}
