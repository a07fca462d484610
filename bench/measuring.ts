/** Runs workloads round by round, the contenders in turn, each round starting with another one. */
import { type Browser, chromium } from 'playwright'
import { launchOptions } from '../tests/support/engines.ts'
import type { ContenderName } from './page/main.ts'
import { Profiler } from './profile.ts'
import { Session } from './session.ts'
import { Site } from './site.ts'
import { CALLERS, type Measure, type Step, type Workload } from './workload.ts'

/** The results of a contender: a value for each round, or why there is none. */
export type Result = number[] | Error

/** Results by measure and contender. */
export type Results = Map<Measure, Map<ContenderName, Result>>

export type Plan = {
  workloads: Workload[]
  contenders: ContenderName[]
  rounds: number
  /** The folder for profiles of every step. Default: no profiles are taken. */
  profiles?: string
}

export type Outcome = { results: Results; browser: string }

export async function measure(plan: Plan): Promise<Outcome> {
  const site = await Site.open({ readable: plan.profiles !== undefined })
  const browser = await chromium.launch(launchOptions('chromium'))
  try {
    const results: Results = new Map()
    for (const workload of plan.workloads) {
      const run = new Run(workload, plan, browser, site)
      for (let round = 0; round < plan.rounds; round++) await run.round(round)
      await run.end()
      for (const [measure, result] of run.results()) results.set(measure, result)
    }
    return { results, browser: `Chromium ${browser.version()}` }
  } finally {
    await browser.close()
    await site.close()
  }
}

/** All rounds of one workload. */
class Run {
  readonly #workload: Workload
  readonly #plan: Plan
  readonly #browser: Browser
  readonly #site: Site
  readonly #sessions = new Map<ContenderName, Session>()
  /** By contender and measure. */
  readonly #values = new Map<ContenderName, Map<string, Result>>()

  constructor(workload: Workload, plan: Plan, browser: Browser, site: Site) {
    this.#workload = workload
    const { contenders = CALLERS } = workload
    this.#plan = { ...plan, contenders: plan.contenders.filter(name => contenders.includes(name)) }
    this.#browser = browser
    this.#site = site
    for (const contender of this.#plan.contenders) this.#values.set(contender, new Map())
  }

  async round(round: number): Promise<void> {
    const { contenders, rounds } = this.#plan
    const { name, steps } = this.#workload
    const first = round % contenders.length
    for (const step of steps) {
      for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
        await this.#take(contender, step)
      }
    }
    console.log(`${name}: round ${round + 1} of ${rounds}`)
  }

  async end(): Promise<void> {
    for (const session of this.#sessions.values()) await session.end()
  }

  results(): Results {
    const of = (contender: ContenderName, { id, from }: Measure): Result => {
      const measured = this.#values.get(contender) ?? new Map<string, Result>()
      return from ? derived(measured, from) : (measured.get(id) ?? [])
    }
    return new Map(
      this.#workload.measures.map(measure => [
        measure,
        new Map(this.#plan.contenders.map(contender => [contender, of(contender, measure)])),
      ]),
    )
  }

  async #take(contender: ContenderName, step: Step): Promise<void> {
    const values = this.#values.get(contender)
    if (!values || step.ids.some(id => values.get(id) instanceof Error)) return
    const session = await this.#session(contender)
    const { profiles } = this.#plan
    session.profiler = profiles ? new Profiler(session.cdp) : undefined
    let intact = false
    try {
      const taken = await step.measure(session)
      for (const id of step.ids) values.set(id, [...listOf(values.get(id)), taken[id] ?? Number.NaN])
      session.profiler?.write(`${profiles}/${step.ids.join('+')}.${contender}.txt`)
      intact = true
    } catch (error) {
      const failure = new Error(inShort(error))
      console.log(`${contender} fails at ${step.ids.join(', ')}: ${failure.message}`)
      for (const id of step.ids) values.set(id, failure)
    }
    if (this.#workload.freshPages || !intact) {
      this.#sessions.delete(contender)
      await session.end()
    }
  }

  async #session(contender: ContenderName): Promise<Session> {
    const kept = this.#sessions.get(contender)
    if (kept) return kept
    const session = await Session.start(this.#browser, this.#site, contender)
    this.#sessions.set(contender, session)
    return session
  }
}

/** The first line of an error's message, without the location that Playwright adds. */
function inShort(error: unknown): string {
  const [line = ''] = String(error).split('\n')
  return line.replace(/^Error: (page\.evaluate: )?(Error: )?/, '')
}

function listOf(result: Result | undefined): number[] {
  return Array.isArray(result) ? result : []
}

function derived(measured: Map<string, Result>, from: (values: Record<string, number>) => number): Result {
  const failure = [...measured.values()].find(result => result instanceof Error)
  if (failure) return new Error('not known, because another measure failed')
  const rounds = Math.max(0, ...[...measured.values()].map(result => listOf(result).length))
  return Array.from({ length: rounds }, (_, round) =>
    from(Object.fromEntries([...measured].map(([id, result]) => [id, listOf(result)[round] ?? Number.NaN]))),
  )
}
