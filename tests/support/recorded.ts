import { effectIn } from '../../ts/devtools/recording/fields.ts'
import { type Replay, type ReplayedEffect, recordingOf } from '../../ts/devtools.ts'
import type { RuntimeConfig, TaskConfig } from '../../ts/index.ts'
import { REGISTERS } from '../../ts/page/kernel/boundary.ts'
import { loadKernel } from '../../ts/page/kernel/load.ts'
import { Kernel } from '../../ts/page/kernel/pkg/kernel.js'
import { Registers } from '../../ts/page/kernel/registers.ts'
import { type Bench, bench } from './bench.ts'

/** A bench whose runtime records. */
export type RecordedBench = Bench & {
  /** The effects that the runtime has performed. */
  performed: ReplayedEffect[]
  recording(): Uint8Array
}

export function recordedBench(
  config: Partial<TaskConfig> = {},
  { observability, ...rest }: RuntimeConfig = {},
): RecordedBench {
  const performed: ReplayedEffect[] = []
  const { poll } = Kernel.prototype
  const observed = function (this: Kernel) {
    const kind = poll.call(this)
    if (kind !== 0) performed.push(effectIn(registersOf(this), kind))
    return kind
  }
  Kernel.prototype.poll = observed
  const made = bench(config, { ...rest, observability: { spans: 'off', record: {}, ...observability } })
  Kernel.prototype.poll = poll
  made.kernel.poll = observed
  return { ...made, performed, recording: () => recordingOf(made.runtime) }
}

const { memory } = loadKernel()

const registersOf = (kernel: Kernel) => new Registers(memory, kernel.registers(), REGISTERS)

/** Every effect of a replay, in order. */
export const effectsOf = ({ steps }: Replay): ReplayedEffect[] => steps.flatMap(({ effects }) => effects)
