import type { Registers } from '../../page/kernel/registers.ts'
import { CONFIG_FIELDS, CONFIG_WORDS, EFFECTS, type Field, INPUT_FIELDS } from './lists.ts'
import type { RecordedInput } from './reader.ts'
import type { ReplayedEffect, ReplayedFields } from './replayed.ts'

type Value = number | string | boolean

/** The fields of an input that is no `defineTask`, by their names. */
export function inputFields({ place, numbers }: RecordedInput): ReplayedFields {
  const fields: Record<string, Value> = {}
  INPUT_FIELDS[place]?.forEach((field, at) => {
    const number = numbers[at] as number
    if (!Number.isNaN(number)) fields[field.name] = meaning(field, number)
  })
  return fields
}

/** The effect in the registers. `kind` is what `poll` returned. */
export function effectIn(registers: Registers, kind: number): ReplayedEffect {
  const { name, fields } = EFFECTS[kind - 1] as (typeof EFFECTS)[number]
  const values: Record<string, Value> = {}
  for (const field of fields) {
    const number = field.optional ? registers.optional(field.register) : registers.number(field.register)
    if (number !== undefined) values[field.name] = meaning(field, number)
  }
  return { effect: name, fields: values }
}

function meaning({ kinds, flag }: Field, number: number): Value {
  if (flag) return number === 1
  if (!kinds) return number
  return Object.keys(kinds).find(name => kinds[name] === number) ?? number
}

/** What `defineTask` was given, with null where it was something that no task can have. */
export type RecordedConfig = {
  readonly config: Readonly<Record<string, number | string | null>>
  readonly hardwareConcurrency: number | undefined
}

/** The numbers of a `defineTask`. */
export function configOf([cores = Number.NaN, ...numbers]: readonly number[]): RecordedConfig {
  const config: Record<string, number | string | null> = {}
  CONFIG_FIELDS.forEach((name, at) => {
    const [kind = 0, number = 0] = numbers.slice(2 * at)
    if (kind !== 0) config[name] = kind === 1 ? number : (CONFIG_WORDS[kind - 3] ?? null)
  })
  return { config, hardwareConcurrency: Number.isNaN(cores) ? undefined : cores }
}
