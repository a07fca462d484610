/** What an open panel costs the page: processor time of the main thread at 2,000 calls a second, without it and with it. */
import { fileURLToPath } from 'node:url'
import { type CDPSession, chromium, type Page } from 'playwright'
import type { DevtoolsPage } from '../../tests/pages/devtools/main.ts'
import { launchOptions } from '../../tests/support/engines.ts'
import { Site } from '../../tests/support/site.ts'

const PER_SECOND = 2_000
const SECONDS = 6
const ROUNDS = 5

const STATES = ['no panel', 'closed', 'lanes', 'calls'] as const
type State = (typeof STATES)[number]

export async function main(): Promise<void> {
  const site = await Site.build(fileURLToPath(new URL('../../tests/pages/devtools', import.meta.url)))
  const server = await site.serve()
  const browser = await chromium.launch(launchOptions('chromium'))
  try {
    const shares = new Map<State, number[]>(STATES.map(state => [state, []]))
    for (let round = 0; round < ROUNDS; round++) {
      for (const state of STATES) {
        const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
        await page.goto(server.url)
        await page.waitForLoadState('networkidle')
        await show(page, state)
        shares.get(state)?.push(await measure(page))
        await page.close()
      }
    }
    report(shares)
  } finally {
    await browser.close()
    await server.close()
    site.remove()
  }
}

async function show(page: Page, state: State): Promise<void> {
  await page.evaluate(state => {
    const { panel } = (globalThis as unknown as { devtools: DevtoolsPage }).devtools
    if (state === 'no panel') return
    panel.toggleAttribute('docked', state === 'closed')
    document.body.append(panel)
    if (state === 'calls') panel.shadowRoot?.querySelector<HTMLElement>('#tab-calls')?.click()
  }, state)
}

/** The part of a processor that the main thread takes, in percent. */
async function measure(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.evaluate(perSecond => {
    const { devtools } = globalThis as unknown as { devtools: DevtoolsPage & { stop?: () => number } }
    devtools.stop = devtools.load(perSecond)
  }, PER_SECOND)
  // Workers start, and code becomes warm.
  await page.waitForTimeout(3_000)
  const before = await taskTime(session)
  await page.waitForTimeout(SECONDS * 1_000)
  const after = await taskTime(session)
  return (100 * (after.busy - before.busy)) / (after.at - before.at)
}

async function taskTime(session: CDPSession): Promise<{ busy: number; at: number }> {
  const at = performance.now() / 1_000
  const { metrics } = await session.send('Performance.getMetrics')
  return { busy: metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0, at }
}

function report(shares: ReadonlyMap<State, readonly number[]>): void {
  const median = (of: readonly number[]) =>
    [...of].sort((one, other) => one - other)[of.length >> 1] ?? Number.NaN
  const base = median(shares.get('no panel') ?? [])
  console.log(`Main thread at ${PER_SECOND} calls a second, medians of ${ROUNDS} rounds:`)
  for (const [state, rounds] of shares) {
    const share = median(rounds)
    const spread = rounds.map(each => each.toFixed(2)).join(', ')
    console.log(`${state}: ${share.toFixed(2)} %, ${(share - base).toFixed(2)} more than without (${spread})`)
  }
}
