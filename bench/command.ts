/** The command line of the benchmark. */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measure } from './measuring.ts'
import type { ContenderName } from './page/main.ts'
import { describe, table, targets, writeReport } from './report.ts'
import { STREAMERS } from './stream-workloads.ts'
import { CALLERS } from './workload.ts'
import { workloads } from './workloads.ts'

const CONTENDERS: ContenderName[] = [...CALLERS, ...STREAMERS.filter(name => !CALLERS.includes(name))]
const MIN_ROUNDS = 5

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * Measures what the options ask for and prints it. A complete run (every workload and contender, at least five rounds, no
 * profiles) also writes docs/benchmarks.md.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      workloads: { type: 'string' },
      contenders: { type: 'string' },
      rounds: { type: 'string', default: `${MIN_ROUNDS}` },
      profile: { type: 'boolean', default: false },
    },
  })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(`--rounds must be a whole number from 1 on, not ${values.rounds}`)
  }
  const names = workloads.map(({ name }) => name)
  const wanted = chosen('--workloads', values.workloads, names)
  const contenders = chosen('--contenders', values.contenders, CONTENDERS)
  const profiles = here('../target/bench/profiles')

  const outcome = await measure({
    workloads: workloads.filter(({ name }) => wanted.includes(name)),
    contenders,
    rounds,
    ...(values.profile ? { profiles } : {}),
  })
  const { results } = outcome
  console.log(`\n${[table(results), describe(results), targets(results)].join('\n\n')}`)
  if (values.profile) console.log(`\nProfiles: ${profiles}`)
  const complete = wanted.length === names.length && contenders.length === CONTENDERS.length
  if (complete && rounds >= MIN_ROUNDS && !values.profile) {
    writeReport(here('../docs/benchmarks.md'), outcome, rounds)
  }
}

/** The names in a comma-separated list, or all of them if there is no list. */
function chosen<Name extends string>(option: string, list: string | undefined, names: Name[]): Name[] {
  if (list === undefined) return names
  const wanted = list.split(',')
  const unknown = wanted.find(name => !names.includes(name as Name))
  if (unknown !== undefined) {
    throw new RangeError(`${option} must name some of ${names.join(', ')}, not "${unknown}"`)
  }
  return names.filter(name => wanted.includes(name))
}
