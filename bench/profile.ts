/** Profiles a page's main thread by the self time of functions. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { CDPSession } from 'playwright'

/** The parts of a DevTools CPU profile that are read here. */
type CpuProfile = {
  nodes: {
    id: number
    callFrame: { functionName: string; url: string; lineNumber: number }
  }[]
  samples?: number[]
  /** Microseconds since the previous sample. */
  timeDeltas?: number[]
}

const INTERVAL_US = 100
const LINES = 30

export class Profiler {
  readonly #cdp: CDPSession
  readonly #profiles: CpuProfile[] = []

  constructor(cdp: CDPSession) {
    this.#cdp = cdp
  }

  /** Profiles the page while a function runs. */
  async during<Result>(task: () => Promise<Result>): Promise<Result> {
    await this.#cdp.send('Profiler.enable')
    await this.#cdp.send('Profiler.setSamplingInterval', { interval: INTERVAL_US })
    await this.#cdp.send('Profiler.start')
    try {
      return await task()
    } finally {
      const { profile } = await this.#cdp.send('Profiler.stop')
      this.#profiles.push(profile)
    }
  }

  /** Writes a summary of all profiles. */
  write(file: string): void {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, summary(this.#profiles))
  }
}

/** Functions by their share of the non-idle time, the largest first. */
function summary(profiles: CpuProfile[]): string {
  const times = new Map<string, number>()
  for (const { nodes, samples = [], timeDeltas = [] } of profiles) {
    const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
    for (const [at, sample] of samples.entries()) {
      const name = names.get(sample) ?? '?'
      if (name !== '(idle)') times.set(name, (times.get(name) ?? 0) + (timeDeltas[at] ?? 0))
    }
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
