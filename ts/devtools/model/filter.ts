import type { CallFacts } from './bars.ts'

const FIELDS = ['method', 'key', 'trace', 'task', 'id'] as const
type Field = (typeof FIELDS)[number]
type Word = { readonly field: Field | undefined; readonly text: string }

/** Which calls a reader wants to see: all words of `key:user-1 resize` must be found. */
export class Filter {
  readonly #words: readonly Word[]

  /** @param text - words, each of which may name where it is looked for, as in `method:resize`. */
  constructor(text: string) {
    this.#words = text
      .toLowerCase()
      .split(/\s+/)
      .filter(Boolean)
      .map(parse)
      .filter(({ text }) => text !== '')
  }

  get isEmpty(): boolean {
    return this.#words.length === 0
  }

  /** @param task - the id and the name of its task. */
  matches(facts: CallFacts, task: string): boolean {
    return this.#words.every(({ field, text }) => {
      if (field) return fieldOf(facts, task, field).toLowerCase().includes(text)
      return FIELDS.some(each => fieldOf(facts, task, each).toLowerCase().includes(text))
    })
  }
}

function parse(word: string): Word {
  const field = FIELDS.find(name => word.startsWith(`${name}:`))
  return { field, text: field ? word.slice(field.length + 1) : word }
}

function fieldOf(facts: CallFacts, task: string, field: Field): string {
  return (field === 'task' ? task : facts[field]) ?? ''
}
