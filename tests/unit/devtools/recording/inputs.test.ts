import * as fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { effectIn, inputFields } from '../../../../ts/devtools/recording/fields.ts'
import { CONFIG_FIELDS, type Field, INPUT_FIELDS, INPUTS } from '../../../../ts/devtools/recording/lists.ts'
import { createRecorder } from '../../../../ts/devtools/recording/recorder.ts'
import { type ReplayedEffect, replay } from '../../../../ts/devtools.ts'
import { REGISTERS } from '../../../../ts/page/kernel/boundary.ts'
import { loadKernel } from '../../../../ts/page/kernel/load.ts'
import { Kernel } from '../../../../ts/page/kernel/pkg/kernel.js'
import { Registers } from '../../../../ts/page/kernel/registers.ts'
import { effectsOf } from '../../../support/recorded.ts'

vi.setConfig({ testTimeout: 60_000 })

type Input = (typeof INPUTS)[number]

/** Takes a number of effects after an input; 0 is all of them. */
type Word = {
  readonly input: Input
  readonly take: number
  readonly after: number
  readonly numbers: number[]
}

const TASKS = 2
const CONFIG = {
  type: 'parallel',
  poolSize: 2,
  maxInFlight: 3,
  timeoutMs: 30,
  cancelGraceMs: 5,
  idleTimeoutMs: 9,
}

/** The scopes of a call, of which no two may be one. */
const SCOPES = ['key', 'signal', 'latest']

const fieldsOf = (input: Input): readonly Field[] => INPUT_FIELDS[INPUTS.indexOf(input)] as readonly Field[]

it.each(INPUTS)(
  'the method %s takes the numbers that are recorded of the input, in their order, and the moment',
  input => {
    const source = String(Kernel.prototype[input])
    const parameters = source.slice(source.indexOf('(') + 1, source.indexOf(')')).split(', ')
    const fields = fieldsOf(input).map(({ name }) =>
      name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
    )
    // What decides about the sampling of a call is its trace.
    const named = fields.map(name => (name === 'sampling' ? 'traced' : name))
    expect(parameters).toEqual(
      input === 'defineTask' ? ['config', 'hardware_concurrency', 'now'] : [...named, 'now'],
    )
  },
)

/** Any input about tasks that exist, with a call's next number; small numbers are right often enough. */
const words = fc.array(
  fc.record({
    input: fc.constantFrom(...INPUTS),
    take: fc.nat(4),
    after: fc.oneof(fc.nat(40), fc.double({ min: 0, max: 3, noNaN: true })),
    numbers: fc.array(fc.oneof(fc.constant(0), fc.nat(3)), { minLength: 12, maxLength: 12 }),
  }),
  { maxLength: 80 },
)

it('every input is recorded with each of its fields, and the kernel does the same with it', () => {
  const recorded = new Set<string>()
  fc.assert(
    fc.property(words, words => {
      const walk = new Walk()
      for (const word of words) walk.step(word)
      const replayed = replay(walk.recorder.bytes())
      expect(replayed).toMatchObject({ isFull: false, panic: undefined })
      expect(effectsOf(replayed)).toEqual(walk.effects)
      expect(replayed.steps.map(({ input, at, fields }) => ({ input, at, fields }))).toEqual(walk.given)
      for (const { input } of replayed.steps) recorded.add(input)
    }),
    { numRuns: 300 },
  )
  expect([...recorded].sort()).toEqual([...INPUTS].sort())
})

/** A kernel that records, fed with whatever inputs the list has. */
class Walk {
  readonly recorder = createRecorder({})
  readonly effects: ReplayedEffect[] = []
  readonly given: unknown[] = []
  readonly #kernel: Kernel
  readonly #registers: Registers
  /** The number of each task's next call; undefined once it is forgotten. */
  readonly #calls: (number | undefined)[] = []
  #now = 100

  constructor() {
    const { kernel, memory } = loadKernel()
    this.#kernel = this.recorder.watch(kernel)
    this.#registers = new Registers(memory, kernel.registers(), REGISTERS)
    for (let task = 0; task < TASKS; task++) this.#define()
  }

  step({ input, take, after, numbers }: Word): void {
    this.#now = Math.round((this.#now + after) * 1000) / 1000
    if (input === 'defineTask') this.#define()
    else this.#input(input, numbers)
    for (let taken = 0; take === 0 || taken < take; taken++) {
      const kind = this.#kernel.poll()
      if (kind === 0) break
      this.effects.push(effectIn(this.#registers, kind))
    }
  }

  #define(): void {
    const task = this.#kernel.defineTask(CONFIG, undefined, this.#now)
    this.#calls[task] = 0
    this.given.push({ input: 'defineTask', at: this.#now, fields: CONFIG })
  }

  #input(input: Input, numbers: readonly number[]): void {
    const fields = fieldsOf(input)
    const values = fields.map(({ name, kinds, flag }, at) => {
      const scopes = SCOPES.indexOf(name)
      const number = scopes < 0 ? (numbers[at] as number) : SCOPES.length * (numbers[at] as number) + scopes
      return kinds || flag ? number % (flag ? 2 : Object.keys(kinds ?? {}).length) : number
    })
    const [task = 0] = values
    const call = fields.findIndex(({ name }) => name === 'call')
    if (input === 'submit' || input === 'submitFailed') {
      const next = this.#calls[task]
      if (next === undefined) return
      values[call] = next
      this.#calls[task] = next + 1
    }
    if (input === 'forgetTask') this.#calls[task] = undefined
    const place = INPUTS.indexOf(input)
    const method = this.#kernel[input] as (...args: number[]) => unknown
    method(...values, this.#now)
    this.given.push({ input, at: this.#now, fields: inputFields({ place, at: this.#now, numbers: values }) })
  }
}

it('a moment is given to the kernel as the next whole microsecond, and one that is whole as it is', () => {
  const { kernel } = loadKernel()
  const given: number[] = []
  kernel.openScope = now => given.push(now)
  const recorder = createRecorder({})
  const watched = recorder.watch(kernel)
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), moment => {
      given.length = 0
      watched.openScope(moment)
      const [first = Number.NaN] = given
      watched.openScope(first)
      expect(given).toEqual([first, first])
      expect(first).toBeGreaterThanOrEqual(moment)
      expect(first - moment).toBeLessThan(0.001_001)
    }),
    { examples: [[128.008], [0]] },
  )
})

it('a configuration is recorded without the texts in it', () => {
  const secret = 'a word of the user'
  const recorder = createRecorder({})
  const kernel = recorder.watch(loadKernel().kernel)
  for (const name of CONFIG_FIELDS) {
    expect(() => kernel.defineTask({ type: 'parallel', [name]: secret }, 8, 0)).toThrow()
  }
  const bytes = recorder.bytes()
  expect(Buffer.from(bytes).toString('latin1')).not.toContain('word')
  const { steps, story } = replay(bytes)
  expect(steps.map(({ fields }) => fields)).toEqual(
    CONFIG_FIELDS.map(name => ({ type: 'parallel', [name]: 'other', hardwareConcurrency: 8 })),
  )
  expect(story).not.toContain('word')
})
