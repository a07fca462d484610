import { expect, it } from 'vitest'
import { DEADLINE, Outcome } from '../../ts/page/kernel/boundary.ts'
import type { Kernel } from '../../ts/page/kernel/pkg/kernel.js'
import { type EffectName, effectNames } from '../support/effects.ts'
import { busy, SHOWN } from './shown-effects.ts'

it('every effect of the boundary is shown', () => {
  expect(Object.keys(SHOWN).sort()).toEqual(effectNames().sort())
})

const cases = Object.entries(SHOWN).flatMap(([name, shown]) => shown.map(each => ({ ...each, name })))

it.each(cases)('$name carries $title', ({ name, config, happen, effects }) => {
  const bare = busy(config)
  happen(bare)
  expect(bare.effects(name as EffectName)).toStrictEqual(effects.map(fields => [name, ...fields]))
})

it.each(Object.entries(SHOWN))(
  '%s is shown with each of its fields, of which no two are always alike',
  (_, shown) => {
    const rows = shown.flatMap(({ effects }) => effects.map(fieldsOf))
    const names = Object.keys(rows[0] as Fields)
    const absent = names.filter(name => rows.every(row => row[name] === undefined))
    const alike = names.flatMap((name, at) =>
      names
        .slice(at + 1)
        .flatMap(other => (rows.every(row => row[name] === row[other]) ? [[name, other]] : [])),
    )
    expect({ absent, alike }).toEqual({ absent: [], alike: [] })
  },
)

type Fields = Record<string, unknown>

/** The fields of an effect, which are its arguments or those of the one object that it takes. */
function fieldsOf(args: unknown[]): Fields {
  const [first] = args
  return typeof first === 'object' ? (first as Fields) : { ...args }
}

it.each<[string, (kernel: Kernel) => void]>([
  ['an old attempt', kernel => kernel.settle(1, 0, 1, Outcome.Succeeded, undefined, 200)],
  ['a call that never was', kernel => kernel.settle(1, 99, 1, Outcome.Succeeded, undefined, 200)],
  ['an attempt that never was', kernel => kernel.payloadMoved(1, 0, 9, 0, 200)],
  ['an old worker', kernel => kernel.workerLost(1, 0, 1, 200)],
  ['the end of an old worker that is known', kernel => kernel.workerGone(1, 0, 0, 200)],
  ['the start of an old worker', kernel => kernel.workerReady(1, 0, 1, 200)],
  ['a slot that never was', kernel => kernel.workerLost(1, 99, 1, 200)],
  ['a task that never was', kernel => kernel.stopWorkers(99, 200)],
  ['a scope that never was', kernel => kernel.abortScope(99, 200)],
  ['a trace that never was', kernel => kernel.endTrace(99, undefined, undefined, 200)],
  ['a deadline that never was', kernel => kernel.handleTimeout(200)],
  ['the end of a batch that never began', kernel => kernel.endBatch(200)],
])('an input about %s changes nothing and asks for nothing', (_, happen) => {
  const { kernel, registers, effects } = busy()
  const state = () => [kernel.snapshot(1), kernel.revision(), registers.number(DEADLINE)]
  const before = state()
  happen(kernel)
  expect(effects()).toEqual([])
  expect(state()).toEqual(before)
})
