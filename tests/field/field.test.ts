/** One page per case and engine. `FIELD=all` runs every case, otherwise those that say `export const quick = true`. */
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type EngineName, presentEngines } from '../support/engines.ts'
import { allCases } from './server/cases.ts'
import { Lanes } from './server/lanes.ts'
import { serveCases } from './server/serve.ts'

/** Pages at a time in each engine: most of a case's time is waiting. The project's maxConcurrency allows for both engines. */
const PAGES = 2

const engines = presentEngines()
const cases = allCases().filter(({ quick }) => quick || process.env.FIELD === 'all')
let server: Awaited<ReturnType<typeof serveCases>>
let lanes: Record<EngineName, Lanes>

beforeAll(async () => {
  server = await serveCases()
  lanes = {
    chromium: new Lanes('chromium', server.url, PAGES),
    firefox: new Lanes('firefox', server.url, PAGES),
  }
})

afterAll(async () => {
  await Promise.all(engines.map(engine => lanes[engine].close()))
  await server.close()
})

describe.concurrent.each(engines)('%s', engine => {
  for (const each of cases) {
    it(each.name, async ({ skip }) => {
      const { outcome, text } = await lanes[engine].run(each)
      if (outcome === 'lacking') skip(text)
      if (outcome !== 'passed') throw new Error(`${outcome}: ${text}`)
    })
  }
})
