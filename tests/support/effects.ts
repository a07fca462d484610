import { type Performer, perform, REGISTERS } from '../../ts/page/kernel/boundary.ts'
import { loadKernel } from '../../ts/page/kernel/load.ts'
import type { Kernel } from '../../ts/page/kernel/pkg/kernel.js'
import { Registers } from '../../ts/page/kernel/registers.ts'

export type EffectName = keyof Performer

/** An effect as it is performed: the method of the performer, then its arguments. */
export type Effect = { [Name in EffectName]: [Name, ...Parameters<Performer[Name]>] }[EffectName]

/** A kernel without a shell. */
export type BareKernel = {
  kernel: Kernel
  /** Its registers, as of the last effect that was taken. */
  registers: Registers
  /** Takes every effect that it asks for, or returns those of one name only. */
  effects(name?: EffectName): Effect[]
}

export function bareKernel(): BareKernel {
  const { kernel, memory } = loadKernel()
  const registers = new Registers(memory, kernel.registers(), REGISTERS)
  return {
    kernel,
    registers,
    effects(only) {
      const effects: Effect[] = []
      const performer = recorder(effects)
      for (let kind = kernel.poll(); kind !== 0; kind = kernel.poll()) perform(kind, registers, performer)
      return only === undefined ? effects : effects.filter(([name]) => name === only)
    },
  }
}

type Options = { key?: number; priority?: number; traced?: boolean }

/** Submits a call. What is left out is as `with()` has it by default. */
export function submit(kernel: Kernel, task: number, call: number, now: number, options: Options = {}): void {
  const { key, priority = 0, traced } = options
  kernel.submit(task, call, key, undefined, undefined, priority, false, undefined, false, traced, now)
}

/** The names of all effects, in the order of their kinds. */
export function effectNames(): EffectName[] {
  const effects: Effect[] = []
  const performer = recorder(effects)
  const registers = { number: () => 0, id: () => 0, optional: () => undefined } as unknown as Registers
  let known: number
  do {
    known = effects.length
    perform(known + 1, registers, performer)
  } while (effects.length > known)
  return effects.map(([name]) => name)
}

/** Performs nothing; notes what it was asked for, by the method and its arguments. */
export function recorder<Called extends unknown[], Shell extends object = Performer>(log: Called[]): Shell {
  return new Proxy({} as Shell, {
    get:
      (_, name) =>
      (...args: unknown[]) =>
        log.push([name, ...args] as unknown[] as Called),
  })
}
