import { REGISTERS } from '../../page/kernel/boundary.ts'
import { type Kernel, loadKernel, panicOf } from '../../page/kernel/load.ts'
import { Registers } from '../../page/kernel/registers.ts'
import { describe } from '../../shared/errors/describe.ts'
import { configOf, effectIn, inputFields } from './fields.ts'
import { INPUTS } from './lists.ts'
import { Reader, type RecordedInput } from './reader.ts'
import type { Replay, ReplayedEffect, ReplayedFields, ReplayedStep } from './replayed.ts'
import { storyOf } from './story.ts'

/**
 * Feeds a recording to a new kernel, which does what the recorded one did. Works in Node and in browsers.
 *
 * @param bytes - what `recordingOf()` returned, or `KernelPanicError.recording`.
 * @throws RecordingError if another version of the package made the recording, or if it is broken.
 * @throws TypeError if `bytes` is no Uint8Array.
 * @throws Error where WebAssembly is missing or forbidden.
 */
export function replay(bytes: Uint8Array): Replay {
  // Also one of another realm, as test environments have it.
  if (Object.prototype.toString.call(bytes) !== '[object Uint8Array]') {
    throw new TypeError(`replay takes the bytes of a recording as a Uint8Array, not ${describe(bytes)}`)
  }
  const reader = new Reader(bytes)
  const steps: ReplayedStep[] = []
  const panic = feed(reader, steps)
  const replayed = { version: reader.version, steps, isFull: reader.isFull, panic }
  return {
    ...replayed,
    get story() {
      return storyOf(replayed)
    },
  }
}

/** Appends a step for each input. Returns the message of the panic that it ends with, if it does. */
function feed(reader: Reader, steps: ReplayedStep[]): string | undefined {
  const { kernel, memory } = loadKernel()
  const registers = new Registers(memory, kernel.registers(), REGISTERS)
  let effects: ReplayedEffect[] = []
  for (const { taken, input } of reader.entries()) {
    try {
      for (let poll = 0; poll < taken; poll++) {
        const kind = kernel.poll()
        if (kind === 0) break
        effects.push(effectIn(registers, kind))
      }
      if (!input) break
      effects = []
      const { at, place } = input
      steps.push({ at, input: INPUTS[place] as string, fields: fieldsOf(input), effects })
      give(kernel, input)
    } catch (thrown) {
      return panicOf(thrown)
    }
  }
  kernel.free()
  return undefined
}

function fieldsOf(input: RecordedInput): ReplayedFields {
  if (INPUTS[input.place] !== 'defineTask') return inputFields(input)
  const { config, hardwareConcurrency } = configOf(input.numbers)
  const given = Object.entries(config).map(([name, value]) => [name, value ?? 'other'])
  return Object.fromEntries(
    hardwareConcurrency === undefined ? given : [...given, ['hardwareConcurrency', hardwareConcurrency]],
  )
}

function give(kernel: Kernel, input: RecordedInput): void {
  const name = INPUTS[input.place]
  if (name === undefined) return
  if (name === 'defineTask') {
    define(kernel, input)
    return
  }
  // The facade converts numbers to what its methods take, and takes undefined for what is absent.
  const fields = input.numbers.map(number => (Number.isNaN(number) ? undefined : number))
  const method = kernel[name] as (...args: (number | undefined)[]) => unknown
  method.call(kernel, ...fields, input.at)
}

function define(kernel: Kernel, { numbers, at }: RecordedInput): void {
  const { config, hardwareConcurrency } = configOf(numbers)
  try {
    kernel.defineTask(config, hardwareConcurrency, at)
  } catch (thrown) {
    // A refusal, which was one when it was recorded, is a plain object.
    if (thrown instanceof Error) throw thrown
  }
}
