/** A recording that a page made is replayed by the same kernel compiled for this machine. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, firefox } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordingOf, replay } from '../../ts/devtools.ts'
import { createTaskRuntime } from '../../ts/index.ts'
import { launchOptions, presentEngines } from '../support/engines.ts'
import { servedSite } from '../support/site.ts'
import type { Recorded } from './recording/main.ts'

/** Compiling the crate takes its time. */
const TIMEOUT = 300_000

const root = fileURLToPath(new URL('../..', import.meta.url))
const site = servedSite(new URL('recording', import.meta.url))

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atelier-recording-'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What `cargo run -p atelier-replay` prints. */
function native(bytes: Uint8Array): string {
  const file = join(folder, 'recording')
  writeFileSync(file, bytes)
  const args = ['run', '--quiet', '--locked', '-p', 'atelier-replay', '--', file]
  return execFileSync('cargo', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28, stdio: 'pipe' })
}

describe.each(presentEngines())('a recording of %s', engine => {
  let browser: Browser
  let recorded: Recorded

  beforeAll(async () => {
    browser = await { chromium, firefox }[engine].launch(launchOptions(engine))
    const page = await browser.newPage()
    await page.goto(site.url)
    recorded = await page.evaluate<Recorded>('storm(200)')
  }, TIMEOUT)

  afterAll(() => browser?.close())

  it(`a recording of a storm in ${engine} has the same story in the page, in Node and natively`, {
    timeout: TIMEOUT,
  }, () => {
    const bytes = Uint8Array.from(recorded.bytes)
    const { story, panic, isFull } = replay(bytes)
    expect([panic, isFull]).toEqual([undefined, false])
    expect(story === recorded.story).toBe(true)
    expect(native(bytes) === story).toBe(true)
  })

  it(`a recording of a storm in ${engine} replays to what the page counted`, () => {
    const { steps } = replay(Uint8Array.from(recorded.bytes))
    const told = new Set(steps.map(({ input }) => input))
    expect([...told]).toEqual(
      expect.arrayContaining(['firstItem', 'rest', 'resume', 'cancelCall', 'handleTimeout']),
    )
    const counts: Record<string, number> = {}
    for (const { effect, fields } of steps.flatMap(({ effects }) => effects)) {
      if (effect !== 'count') continue
      // `TaskDispatch` is `task.dispatch.total` in events.
      const name = `${fields.metric}`.replace(/(?<=[a-z])(?=[A-Z])/, '.').toLowerCase()
      counts[`${name}.total`] = (counts[`${name}.total`] ?? 0) + 1
    }
    expect(Object.keys(counts).length).toBeGreaterThan(6)
    expect(counts).toEqual(recorded.counted)
  })
})

it('a recording that is broken is an error of the program that replays natively', {
  timeout: TIMEOUT,
}, () => {
  const broken = recordingOf(createTaskRuntime({ observability: { record: {} } })).slice(0, -1)
  expect(() => native(broken)).toThrow(/The recording is broken: its bytes were changed or cut off\./)
})
