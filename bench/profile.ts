/** Where a page and its workers spend their time, by the self time of functions. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Session } from './session.ts'

/** The parts of a CPU profile of the DevTools protocol that are read here. */
type CpuProfile = {
  nodes: {
    id: number
    callFrame: { functionName: string; url: string; lineNumber: number }
  }[]
  samples?: number[]
  /** Microseconds since the sample before. */
  timeDeltas?: number[]
}

const INTERVAL_US = 100
const LINES = 30

export class Profiler {
  readonly #session: Session

  private constructor(session: Session) {
    this.#session = session
  }

  static async start(session: Session): Promise<Profiler> {
    await session.cdp.send('Profiler.enable')
    await session.cdp.send('Profiler.setSamplingInterval', { interval: INTERVAL_US })
    await session.cdp.send('Profiler.start')
    return new Profiler(session)
  }

  /** Ends the profile and writes a summary of it. */
  async write(file: string): Promise<void> {
    const { profile } = await this.#session.cdp.send('Profiler.stop')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, summary(profile))
  }
}

/** Functions by their share of the time that was not idle, the largest first. */
function summary({ nodes, samples = [], timeDeltas = [] }: CpuProfile): string {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const times = new Map<string, number>()
  for (const [at, sample] of samples.entries()) {
    const name = names.get(sample) ?? '?'
    if (name !== '(idle)') times.set(name, (times.get(name) ?? 0) + (timeDeltas[at] ?? 0))
  }
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0)
  const lines = [...times]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, LINES)
    .map(([name, time]) => {
      const share = `${((100 * time) / busy).toFixed(1)} %`.padStart(7)
      return `${share} ${(time / 1000).toFixed(1).padStart(9)} ms  ${name}`
    })
  return `${(busy / 1000).toFixed(1)} ms busy\n${lines.join('\n')}\n`
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const file = url.split('/').at(-1)
  return `${functionName || '(anonymous)'}${file ? ` ${file}:${lineNumber + 1}` : ''}`
}
