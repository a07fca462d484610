import type { Locator, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Visitor } from './visitor.ts'

/** The error that the crash button is there to cause. */
const EXPECTED = 'The crash button was pressed'

/** The developer tools list their calls once a second, later on a busy machine. */

let visitor: Visitor
let page: Page
let errors: string[] = []

beforeAll(async () => {
  visitor = await Visitor.arrive('observability-demo')
  page = await visitor.newPage()
  page.on('pageerror', error => errors.push(String(error)))
  page.on('console', message => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.goto(visitor.url)
})

afterAll(() => visitor?.leave())

afterEach(() => {
  expect(errors.filter(error => !error.includes(EXPECTED))).toEqual([])
  errors = []
})

/** Leaves the stop of the last test for a moment, which ends everything that ran there. */
async function goTo(stop: string): Promise<void> {
  await page.locator('.panel').first().waitFor()
  await page.evaluate(async stop => {
    for (const hash of [stop === 'cancellation' ? 'concurrency' : 'cancellation', stop]) {
      const changed = new Promise(resolve => addEventListener('hashchange', resolve, { once: true }))
      if (location.hash === `#${hash}`) continue
      location.hash = hash
      await changed
    }
  }, stop)
}

/** Moves a slider until its text shows the value, then releases it. */
async function set(name: string, words: string): Promise<void> {
  const slider = page.getByRole('slider', { name, exact: true })
  await slider.evaluate((input: HTMLInputElement, words) => {
    for (let step = 0; input.ariaValueText !== words; step++) {
      if (step > Number(input.max)) throw new Error(`The slider has no value "${words}"`)
      input.value = String(step)
      input.dispatchEvent(new Event('input', { bubbles: true }))
    }
    input.dispatchEvent(new Event('change', { bubbles: true }))
  }, words)
}

function press(name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click()
}

function panel(task: string): Locator {
  return page.locator(`.panel[data-task="${task}"]`)
}

/** A number of a task, as the page shows it. */
function figure(task: string, name: string): Promise<string | null> {
  return panel(task)
    .locator('.figures > div')
    .filter({ has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
    .locator('dd')
    .textContent()
}

function untilFigure(task: string, name: string, expected: string | RegExp) {
  return expect.poll(() => figure(task, name)).toMatch(expected)
}

function announced(words: RegExp): Promise<void> {
  return page.locator('#announcement', { hasText: words }).waitFor({ state: 'attached' })
}

function milliseconds(duration: string | null): number {
  return Number.parseFloat(duration ?? '') * (duration?.endsWith(' ms') ? 1 : 1000)
}

it('concurrency: short calls never line up behind a long one while another worker is idle', async () => {
  await goTo('concurrency')
  await set('Pool size', '2 workers')
  await set('In flight at most', '2 calls')
  await set('Calls at once', '20 calls')
  await set('Each takes', '5 ms')
  const callsByWorker = async () => (await figure('jobs', 'Calls by worker'))?.split(' · ').map(Number) ?? []
  // Both workers are running before the long call is made.
  await press('Make the calls')
  await announced(/^20 calls of 20 done/)
  await untilFigure('jobs', 'Done', /^20$/)
  const before = await callsByWorker()
  await page.getByLabel('Begin with one of 2 seconds').press('Space')
  await press('Make the calls')
  await announced(/^21 calls of 21 done/)
  await untilFigure('jobs', 'Done', /^41$/)
  const more = (await callsByWorker()).map((calls, worker) => calls - (before[worker] ?? 0))
  expect(more.sort((one, other) => one - other)).toEqual([1, 20])
})

it('concurrency: no more calls run than the limit, and thousands finish', async () => {
  await goTo('concurrency')
  await set('Pool size', '3 workers')
  await set('In flight at most', '6 calls')
  await set('Calls at once', '2,000 calls')
  await set('Each takes', '1 ms')
  const most = page.evaluate(watchInFlight)
  await press('Make the calls')
  await announced(/^2,000 calls of 2,000 done/)
  await untilFigure('jobs', 'Done', /^2,000$/)
  expect(await most).toBe('6 of 6')
})

it('concurrency: open calls are given up when the task is redefined', async () => {
  await goTo('concurrency')
  await set('Each takes', '500 ms')
  await press('Make the calls')
  await press('Give up')
  await announced(/ calls? of 100 done/)
  await untilFigure('jobs', 'Done', /^0$/)
})

it('backpressure: the same calls are blocked, rejected, or dropped from either end of the queue', async () => {
  await goTo('backpressure')
  await set('In flight at most', '2 calls')
  await set('Pending at most', '4 calls')
  await set('Calls at once', '20 calls')
  await set('Each takes', '50 ms')
  await press('Make the calls')
  await announced(/block: 1–20 done/)

  const became = async (policy: string) => panel(policy).locator('.strip canvas').getAttribute('aria-label')
  const order = 'Calls in the order they were made:'
  expect(await became('block')).toBe(`${order} 1–20 done`)
  expect(await became('reject')).toBe(`${order} 1–6 done, 7–20 dropped`)
  expect(await became('drop-latest')).toBe(`${order} 1–6 done, 7–20 dropped`)
  expect(await became('drop-oldest')).toBe(`${order} 1–2 done, 3–16 dropped, 17–20 done`)
  for (const [policy, dropped] of Object.entries({
    block: 0,
    reject: 14,
    'drop-latest': 14,
    'drop-oldest': 14,
  })) {
    await untilFigure(policy, 'Done', String(20 - dropped))
    await untilFigure(policy, 'Dropped', String(dropped))
  }
})

it('backpressure: callers are shown waiting under block, and under no other policy', async () => {
  await goTo('backpressure')
  await set('Calls at once', '1,000 calls')
  await set('Each takes', '10.0 s')
  await press('Make the calls')
  const waiting = (policy: string) => panel(policy).locator('[data-state="waiting"] .number')
  await expect.poll(() => waiting('block').textContent()).toBe('990')
  for (const policy of ['reject', 'drop-latest', 'drop-oldest']) {
    expect(await waiting(policy).textContent()).toBe('0')
    expect(await panel(policy).locator('[data-state="pending"] .number').textContent()).toBe('8 of 8')
  }
})

it('backpressure: calls stream until they are stopped', async () => {
  await goTo('backpressure')
  await set('Each takes', '0 ms')
  await press('Start the stream')
  await untilFigure('block', 'Done', /^\d{2}$/)
  await press('Stop the stream')
  await page.getByRole('button', { name: 'Start the stream' }).waitFor()
})

it('cancellation by key: every call of one key is canceled, wherever it is, and no call of another', async () => {
  await goTo('cancellation')
  await set('Pool size', '8 workers')
  await press('Make the calls')
  await press('Cancel drafts')
  await announced(/^drafts: \d+ calls? canceled/)
  const key = (name: string) => page.locator(`.keys [data-key="${name}"] p`)
  for (const other of ['inbox', 'photos', 'maps']) {
    await key(other)
      .and(page.getByText('20 done', { exact: true }))
      .waitFor()
  }
  expect(await key('drafts').textContent()).toMatch(/(^|^\d+ done · )\d+ canceled$/)

  await set('Each takes', '10 ms')
  await press('Make the calls')
  await key('drafts')
    .and(page.getByText('20 canceled', { exact: true }))
    .waitFor()
  await press('Allow drafts')
  await press('Make the calls')
  await key('drafts')
    .and(page.getByText('20 done', { exact: true }))
    .waitFor()
})

it('cancellation by key: thousands of calls are canceled at once', async () => {
  await goTo('cancellation')
  await set('Calls of each key', '1,000 calls')
  await set('Each takes', '2.0 s')
  await press('Make the calls')
  await press('Cancel all')
  await untilFigure('jobs', 'Canceled', /^4,000$/)
  await untilFigure('jobs', 'Done', /^0$/)
})

describe('progress', () => {
  const percents = async () =>
    (await page.locator('.bars li p').allTextContents()).map(text => Number(text.match(/(\d+) %/)?.[1]))

  it('progress: each call reports far more often than its listener hears, up to its end', async () => {
    await goTo('progress')
    await set('Calls', '3 calls')
    await set('Rows of each', '1,000')
    await press('Make the calls')
    await announced(/^3 calls done, 0 canceled/)
    expect(await page.locator('.bars li p').allTextContents()).toEqual(Array(3).fill('done, 100 %'))
    await untilFigure('jobs', 'Reports made by calls that are done', /^3,000$/)
    const heard = Number(await figure('jobs', 'Reports that came'))
    expect(heard).toBeGreaterThanOrEqual(3)
    expect(heard).toBeLessThan(1000)
  })

  it('progress: calls are canceled in the middle of synchronous code', async () => {
    await goTo('progress')
    await set('Calls', '2 calls')
    await set('Rows of each', '50,000')
    await page.getByLabel('Never let messages in').check()
    await press('Make the calls')
    await expect.poll(async () => Math.min(...(await percents()))).toBeGreaterThan(1)
    await press('Cancel all')
    await announced(/^0 calls done, 2 canceled/)
    await untilFigure('jobs', 'Workers free after', /^\d/)
    expect(Math.max(...(await percents()))).toBeLessThan(100)
    expect(await figure('jobs', 'Page isolated')).toBe('yes')
  })

  it('progress: after a crash it begins again, and the call is done', async () => {
    await goTo('progress')
    await set('Calls', '1 call')
    await set('Rows of each', '5,000')
    const parts = page.evaluate(watchMeter)
    await press('Make the calls')
    await expect.poll(async () => (await percents())[0]).toBeGreaterThan(5)
    await press('Crash the workers')
    await announced(/^1 call done, 0 canceled/)
    const heard = await parts
    expect(heard.at(-1)).toBe(100)
    expect(heard.some((part, index) => part < (heard[index - 1] ?? 0))).toBe(true)
  })
})

describe('streams', () => {
  const standing = (words: RegExp) => page.locator('.stream .standing', { hasText: words }).waitFor()
  const countOf = async (name: string) => Number(await figure('jobs', name))

  /** Starts a loop of 50 ms an item, for items that take 1 ms, of which 8 may be ahead. */
  async function read(): Promise<void> {
    await goTo('streams')
    await set('Ahead at most', '8 items')
    await set('To make one takes', '1 ms')
    await press('Read the stream')
    await expect.poll(() => countOf('Items taken')).toBeGreaterThan(3)
  }

  it('streams: the worker is no further ahead of the loop than it may be, and a fast loop reads to the end', async () => {
    await goTo('streams')
    await set('Ahead at most', '8 items')
    await set('To make one takes', '1 ms')
    await set('Items', '100')
    const most = page.evaluate(watchAhead)
    await press('Read the stream')
    await standing(/^Rests: the loop is busy$/)
    await expect.poll(() => countOf('Items taken')).toBeGreaterThan(3)
    await set('To use one takes', '0 ms')
    await announced(/^The stream was read to its end after 100 items$/)
    expect(await most).toBe(8)
    await untilFigure('jobs', 'Items taken', /^100$/)
  })

  it('streams: another call runs while the stream rests, and both are done', async () => {
    await read()
    await press('Call the worker')
    await standing(/^Rests, and another call runs$/)
    await set('To use one takes', '0 ms')
    await announced(/^The stream was read to its end after 200 items$/)
    await untilFigure('jobs', 'Calls done', /^2$/)
  })

  it('streams: leaving the loop in the middle ends the call and frees its worker', async () => {
    await read()
    await press('Break')
    await announced(/^The stream was left by break after \d+ items?$/)
    await untilFigure('jobs', 'Worker free after break', /^\d/)
    expect(await countOf('Items taken')).toBeLessThan(200)
    await press('Read the stream')
    await expect.poll(() => countOf('Items taken')).toBeGreaterThan(3)
  })

  it('streams: a crash in the middle leaves what had come, then the error, and no second run', async () => {
    await read()
    await press('Crash the worker')
    await announced(/^The stream was ended by a WorkerCrashedError after \d+ items?$/)
    const taken = await countOf('Items taken')
    expect(taken).toBeGreaterThan(3)
    expect(taken).toBeLessThan(200)
    expect(await page.locator('.stream .standing').textContent()).toMatch(/WorkerCrashedError/)
  })
})

it('crash recovery: a crash fails or requeues calls or fails the task, as its policy says', async () => {
  await goTo('crashes')
  const policies = ['restart-fail-in-flight', 'restart-requeue-in-flight', 'fail-task']
  await set('Each call takes', '1.0 s')
  // From now on, both workers always have calls.
  for (const policy of policies) await untilFigure(policy, 'Done', /^[2-9]/)
  await press('Crash a worker')
  for (const policy of policies) await untilFigure(policy, 'Crashes', /^1$/)

  await untilFigure('restart-fail-in-flight', 'Failed', /^1$/)
  await untilFigure('restart-requeue-in-flight', 'Requeued', /^1$/)
  await untilFigure('restart-requeue-in-flight', 'Failed', /^0$/)
  await untilFigure('fail-task', 'Failed', /^[1-9]/)
  await panel('fail-task').getByText('Failed: refuses calls').waitFor()
  expect(await panel('restart-fail-in-flight').locator('.standing').textContent()).toBe('Running')

  await press('Start failed tasks')
  await panel('fail-task').getByText('Running', { exact: true }).waitFor()
})

it('crash recovery: every crash in a row backs off for longer, until the task fails and is started again', async () => {
  await goTo('crashes')
  await set('Pool size', '1 worker')
  await set('Crashes in a row that are retried', '3')
  await untilFigure('restart-requeue-in-flight', 'Done', /^[1-9]/)
  await page.getByLabel('Workers cannot be started').check()
  await press('Crash all workers')
  for (const policy of ['restart-fail-in-flight', 'restart-requeue-in-flight']) {
    await panel(policy).getByText('Failed: refuses calls').waitFor()
    await untilFigure(policy, 'Crashes', /^4$/)
    const waits = (await figure(policy, 'Waited before restarts')) ?? ''
    const known = waits.split(', ').map(milliseconds)
    expect(known).toHaveLength(3)
    for (const [index, least] of [100, 200, 400].entries()) {
      expect(known[index], waits).toBeGreaterThanOrEqual(least - 1)
    }
  }

  await page.getByLabel('Workers cannot be started').uncheck()
  await press('Start failed tasks')
  await panel('restart-fail-in-flight').getByText('Running', { exact: true }).waitFor()
})

it('a hung worker is replaced at the end of its grace period, long after its call was rejected, while other calls go on', async () => {
  await goTo('hang')
  await set('timeoutMs', '500 ms')
  await set('cancelGraceMs', '1.0 s')
  await untilFigure('jobs', 'Short calls done', /^[1-9]/)
  const done = Number(await figure('jobs', 'Short calls done'))
  const heard = page.evaluate(hearTwo)
  await press('Make a call that hangs')

  const [first, second] = await heard
  expect(first).toMatch(/^The caller was answered/)
  expect(second).toMatch(/^The worker was replaced/)
  await untilFigure('jobs', 'Workers ended', /^1$/)
  await untilFigure('jobs', 'Crashes', /^0$/)
  const [answered, replaced] = [
    await figure('jobs', 'Caller answered after'),
    await figure('jobs', 'Worker replaced after'),
  ].map(milliseconds)
  expect(replaced).toBeGreaterThan(answered as number)
  await expect.poll(() => figure('jobs', 'Short calls done').then(Number)).toBeGreaterThan(done)
  await panel('jobs').locator('[data-state="in-flight"] .number', { hasText: '2 of 2' }).waitFor()
})

it('a hung worker is lost to the pool when there is no grace period', async () => {
  await goTo('hang')
  await set('timeoutMs', '250 ms')
  await set('cancelGraceMs', 'never')
  await set('Callers', '0 callers')
  await press('Make a call that hangs')
  await announced(/^The caller was answered/)
  await panel('jobs').locator('[data-state="in-flight"] .number', { hasText: '1 of 2' }).waitFor()
  expect(await figure('jobs', 'Workers ended')).toBe('0')
})

describe('lives of workers', () => {
  it('lives of workers: a pool grows with the load, and shrinks to its least number once it is idle', async () => {
    await goTo('lives')
    await set('Workers at least', '1 worker')
    await set('Workers at most', '3 workers')
    await press('Make the calls')
    await untilFigure('jobs', 'Workers now', /^3$/)
    await announced(/^50 calls of 50 done/)
    await untilFigure('jobs', 'Workers now', /^1$/)
    await untilFigure('jobs', 'Ended idle', /^2$/)
  })

  it('lives of workers: all are replaced during a load, and no call is lost', async () => {
    await goTo('lives')
    await set('Workers at most', '2 workers')
    await press('Make the calls')
    await untilFigure('jobs', 'Calls done', /^[1-9]/)
    await press('Replace the workers')
    await announced(/^All workers were replaced within/)
    await announced(/^50 calls of 50 done/)
    await untilFigure('jobs', 'Replaced', /^2$/)
    await untilFigure('jobs', 'Calls failed', /^0$/)
  })

  it('lives of workers: a worker retires after its calls, or because a handler asks for it', async () => {
    await goTo('lives')
    await set('Workers at most', '1 worker')
    await set('Calls of a worker', '10 calls')
    await set('Each takes', '5 ms')
    await press('Make the calls')
    await announced(/^50 calls of 50 done/)
    await untilFigure('jobs', 'Retired', /^5$/)
    await press('Call and retire')
    await untilFigure('jobs', 'Retired', /^6$/)
    await untilFigure('jobs', 'Calls done', /^51$/)
  })

  it('lives of workers: new data reaches the workers that live and those to come, and no later call sees the old', async () => {
    await goTo('lives')
    await set('Workers at most', '3 workers')
    await press('Make the calls')
    await untilFigure('jobs', 'Calls done', /^[1-9]/)
    await press('Give new data')
    await press('Make the calls')
    await untilFigure('jobs', 'Calls done', /^100$/)
    await untilFigure('jobs', 'Last result with', /^edition 2$/)
    await untilFigure('jobs', 'Workers now', /^1$/)
    await press('Make the calls')
    await untilFigure('jobs', 'Calls done', /^150$/)
    await untilFigure('jobs', 'Last result with', /^edition 2$/)
    expect(await figure('jobs', 'Results with older data')).toBe('0')
    expect(milliseconds(await figure('jobs', 'Ready after'))).toBeGreaterThanOrEqual(190)
  })
})

describe('observability', () => {
  const value = (name: string) => page.getByRole('row', { name }).getByRole('cell').last().textContent()

  it('observability: every document has one trace and two spans, and every call has metrics', async () => {
    await goTo('observability')
    await set('Documents', '10 documents')
    await set('Each takes', '4 ms')
    await page.getByLabel('Every fifth is broken').check()
    await press('Process the documents')
    await announced(/^8 documents of 10 processed/)
    await expect.poll(() => value('atelier:trace')).toBe('10')
    expect(await value('atelier:span')).toBe('18')
    expect(await value('task.success.total')).toBe('16')
    expect(await value('task.failure.total')).toBe('2')
    expect(await value('queue.in_flight of parse')).toBe('0')
    await page.getByRole('combobox', { name: 'Show' }).selectOption('trace')
    const last = page.getByRole('list', { name: 'Last events' })
    await expect
      .poll(async () => (await last.textContent())?.match(/document-\d+ error/g)?.sort())
      .toEqual(['document-10 error', 'document-5 error'])
  })

  it('observability: the developer tools show every call, and find those of one document', async () => {
    await goTo('observability')
    await set('Documents', '5 documents')
    await set('Each takes', '4 ms')
    await press('Process the documents')
    await announced(/^5 documents of 5 processed/)
    const tools = page.getByRole('region', { name: 'Atelier devtools' })
    await tools.getByRole('tab', { name: 'Calls' }).click()
    const calls = tools.getByRole('row', { name: /\bwork\b/ })
    await expect.poll(() => calls.count()).toBe(10)
    await tools.getByRole('searchbox').fill('trace:document-3')
    await expect.poll(() => calls.count()).toBe(2)
    for (const call of await calls.allTextContents()) expect(call).toContain('document-3')
  })

  it('observability: the developer tools show the new runtime after a new start', async () => {
    await goTo('observability')
    await set('Documents', '5 documents')
    await set('Each takes', '4 ms')
    const tools = page.getByRole('region', { name: 'Atelier devtools' })
    const calls = tools.getByRole('row', { name: /\bwork\b/ })
    for (let round = 0; round < 2; round++) {
      await press('Process the documents')
      await announced(/^5 documents of 5 processed/)
      await tools.getByRole('tab', { name: 'Calls' }).click()
      await expect.poll(() => calls.count()).toBe(10)
      await press('Start anew')
    }
    expect(await page.locator('atelier-devtools').count()).toBe(1)
  })

  it('observability: spans and traces that are not sampled are left out, and no metric is', async () => {
    await goTo('observability')
    await set('Traces recorded', '0 %')
    await set('Each takes', '4 ms')
    await press('Process the documents')
    await announced(/^20 documents of 20 processed/)
    await expect.poll(() => value('task.success.total')).toBe('40')
    expect(await page.getByRole('row', { name: 'atelier:' }).count()).toBe(0)
  })

  it('observability: the log shows the events of one kind, and can be held', async () => {
    await goTo('observability')
    await set('Each takes', '4 ms')
    await page.getByRole('combobox', { name: 'Show' }).selectOption('span')
    await press('Process the documents')
    await announced(/processed/)
    const events = page.getByRole('list', { name: 'Last events' })
    await expect.poll(() => events.textContent()).toMatch(/^(parse|store)-\d+ work ok/)
    await page.getByLabel('Hold').check()
    const before = await events.textContent()
    await press('Process the documents')
    await expect.poll(() => value('atelier:trace')).toBe('40')
    expect(await events.textContent()).toBe(before)
  })
})

it('the tour leads through all stops, each with the code that runs there, back, and on to the image pipeline', async () => {
  await goTo('concurrency')
  const previous = page.getByRole('link', { name: /^Previous/ })
  expect(await previous.isVisible()).toBe(false)
  const titles = ['Concurrency']
  const next = page.getByRole('link', { name: /^Next/ })
  for (;;) {
    await page.getByRole('heading', { name: titles.at(-1) as string, exact: true }).waitFor()
    expect(await page.locator('#source').textContent()).toContain('createTaskRuntime')
    const name = (await next.textContent())?.replace('Next: ', '') ?? ''
    if (name.includes('image pipeline')) break
    titles.push(name)
    await next.click()
    await page.locator('#title:focus', { hasText: name }).waitFor()
  }
  expect(titles).toEqual([
    'Concurrency',
    'Backpressure',
    'Order',
    'Cancellation',
    'Progress',
    'Streams',
    'Crash recovery',
    'A hung worker',
    'Lives of workers',
    'Observability',
  ])
  for (const title of titles.slice(0, -1).reverse()) {
    await previous.click()
    await page.locator('#title:focus', { hasText: title }).waitFor()
  }
  await page.goBack()
  await page.getByRole('heading', { name: 'Backpressure', exact: true }).waitFor()

  await goTo('observability')
  await next.click()
  await page.getByRole('heading', { name: 'Atelier image pipeline' }).waitFor()
  await page.goBack()
  await page.getByRole('heading', { name: 'Observability', exact: true }).waitFor()
})

it('the tour is linked with the image pipeline, both ways', async () => {
  await goTo('concurrency')
  await page.getByRole('link', { name: 'Image pipeline' }).click()
  await page.getByRole('heading', { name: 'Atelier image pipeline' }).waitFor()
  await page.getByRole('link', { name: 'Guided demo' }).click()
  await page.getByRole('heading', { name: 'Atelier guided demo' }).waitFor()
})

it('the tour can be taken with the keyboard alone', async () => {
  await goTo('backpressure')
  await page.locator('#title').focus()
  const focused = () =>
    page.evaluate(
      () => document.activeElement?.getAttribute('aria-valuetext') ?? document.activeElement?.textContent,
    )
  await page.keyboard.press('Tab')
  await page.keyboard.press('Home')
  expect(await focused()).toBe('1 call')
  await page.keyboard.press('ArrowRight')
  expect(await focused()).toBe('2 calls')
  for (let field = 0; field < 5; field++) await page.keyboard.press('Tab')
  expect(await focused()).toBe('Make the calls')
  await page.keyboard.press('Enter')
  await untilFigure('reject', 'Dropped', /^40$/)
})

it('the tour fits a window 400 pixels wide at every stop', async () => {
  await page.setViewportSize({ width: 400, height: 800 })
  for (const link of await page.getByRole('navigation', { name: 'Tour' }).getByRole('link').all()) {
    await link.click()
    await page.locator('#title:focus', { hasText: (await link.textContent()) ?? '' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400)
  }
})

/** Runs in the page: waits until the queue is empty again. Returns the highest number of calls in flight that was shown. */
function watchInFlight(): Promise<string> {
  const number = document.querySelector('.panel [data-state="in-flight"] .number') as HTMLElement
  let most = ''
  return new Promise(resolve => {
    new MutationObserver(() => {
      const now = number.textContent ?? ''
      if (now > most) most = now
      if (most !== '' && now.startsWith('0 ')) resolve(most)
    }).observe(number, { childList: true, characterData: true, subtree: true })
  })
}

/** Runs in the page: returns the next two announcements. */
function hearTwo(): Promise<string[]> {
  const announcement = document.querySelector('#announcement') as HTMLElement
  const heard: string[] = []
  return new Promise(resolve => {
    new MutationObserver(() => {
      heard.push(announcement.textContent ?? '')
      if (heard.length === 2) resolve(heard)
    }).observe(announcement, { childList: true, characterData: true, subtree: true })
  })
}

/** Runs in the page: returns what the first progress bar shows until it is full. */
function watchMeter(): Promise<number[]> {
  const parts: number[] = []
  return new Promise(resolve => {
    new MutationObserver(() => {
      const meter = document.querySelector('.meter')
      if (!meter) return
      parts.push(Number(meter.getAttribute('aria-valuenow')))
      if (parts.at(-1) === 100) resolve(parts)
    }).observe(document.querySelector('.bars') as HTMLElement, {
      attributeFilter: ['aria-valuenow'],
      childList: true,
      subtree: true,
    })
  })
}

/** Runs in the page: returns how far the worker was ahead at most, once the stream has been read. */
function watchAhead(): Promise<number> {
  const ahead = document.querySelector('.stream .ahead') as HTMLElement
  const taken = document.querySelector('.stream .taken') as HTMLElement
  let most = 0
  return new Promise(resolve => {
    new MutationObserver(() => {
      most = Math.max(most, Number.parseInt(ahead.textContent ?? '', 10))
      if (taken.textContent === '100 of 100') resolve(most)
    }).observe(ahead.closest('.stream') as HTMLElement, {
      childList: true,
      characterData: true,
      subtree: true,
    })
  })
}
