import { registersOf } from '../../ts/page/kernel/load.ts'
import { EffectKind, type Kernel } from '../../ts/page/kernel/pkg/kernel.js'
import type { Registers } from '../../ts/page/kernel/registers.ts'

/** The name of an effect that asks for something. */
export type EffectName = Exclude<keyof typeof EffectKind, 'None'>

type Register = keyof Registers

/** An effect as an object: its kind, and the registers that it uses. */
export type Effect = { kind: EffectName } & { [K in Register]?: Registers[K] }

/** Which registers each effect uses. One that may be `undefined` is left out of the object then. */
export const REGISTERS: Record<EffectName, readonly Register[]> = {
  Spawn: ['task', 'slot', 'epoch'],
  GiveUp: ['task', 'slot', 'epoch', 'value'],
  Terminate: ['task', 'slot', 'epoch'],
  Dispatch: ['task', 'call', 'attempt', 'slot', 'epoch'],
  Interrupt: ['task', 'call', 'slot', 'epoch'],
  Resolve: ['task', 'call'],
  Reject: ['task', 'call', 'rejection', 'slot', 'key'],
  AbortSignal: ['key'],
  ReleaseKey: ['key'],
  Drained: ['task'],
  Count: ['task', 'metric', 'value', 'slot'],
  Gauge: ['task', 'metric', 'value'],
  Histogram: ['task', 'metric', 'value'],
  EndSpan: [
    'task',
    'call',
    'attempt',
    'worker',
    'started',
    'ended',
    'queueWait',
    'queueWaitLast',
    'status',
    'error',
    'rejection',
  ],
  EndTrace: ['trace', 'started', 'ended', 'status', 'error'],
}

/** Takes every effect that the kernel asks for. */
export function effectsOf(kernel: Kernel): Effect[] {
  const registers = registersOf(kernel)
  const effects: Effect[] = []
  for (let kind = kernel.poll(); kind !== EffectKind.None; kind = kernel.poll()) {
    const name = EffectKind[kind] as EffectName
    const fields = REGISTERS[name].flatMap(field => {
      const value = registers[field]
      return value === undefined ? [] : [[field, value] as const]
    })
    effects.push({ kind: name, ...Object.fromEntries(fields) })
  }
  return effects
}

/** The effects of one kind only. */
export function effectsOfKind(kernel: Kernel, kind: EffectName): Effect[] {
  return effectsOf(kernel).filter(effect => effect.kind === kind)
}
