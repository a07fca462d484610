/** Proves the tables of docs/guides/failures.md: each row is done to a task and to Comlink alone, and ends as it says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import guide from '../../../docs/guides/failures.md?raw'
import { type Outcome, watch } from '../../support/outcome.ts'
import { classOf, codeIn, endingIn, type Row, tableUnder } from '../../support/table.ts'
import { answered, type Jobs } from '../jobs.ts'
import { type Act, throughComlink, throughTask } from './stage.ts'

/** How long a call has to sleep to be still there when something befalls its worker. */
export const LONG_MS = 1_000

/** How long Comlink is waited for. What settles there does so at once, or with the sleep of its handler. */
const PATIENCE_MS = 1_500

/** These count every attempt and every worker, whatever becomes of them. */
const ALWAYS = ['task.dispatch.total', 'worker.spawn.total']

/** What shows that the pool does as its column says, when there were `before` workers. */
const POOL: Record<string, (made: Jobs, before: number) => Promise<void>> = {
  'goes on': async ({ task, workers }, before) => {
    await answered(task)
    expect(workers).toHaveLength(before)
  },
  'has a new worker after a pause': async ({ task, workers }, before) => {
    await answered(task)
    expect(task.getState().lastCrash).toBeDefined()
    expect(workers).toHaveLength(before + 1)
  },
  'has a new worker after `cancelGraceMs`': async ({ task, workers }, before) => {
    await answered(task)
    expect(task.getState().lastCrash).toBeUndefined()
    expect(workers).toHaveLength(before + 1)
  },
  'has one place fewer': async ({ task }) => {
    await answered(task)
    expect(task.getState().queueDepth).toBe(1)
  },
  'tries again; then the task has failed': async ({ task }) => {
    await expect.poll(() => task.getState().workerStatus).toBe('crashed')
    await expect(task.echo('too late')).rejects.toMatchObject({ name: 'WorkerCrashedError' })
    // A start that takes a while is a crash to a task that gives its workers little time.
    await expect
      .poll(() => {
        task.startWorkers()
        return task.echo('up').catch(() => 'not yet')
      })
      .toBe('up')
  },
  'is gone': async ({ task }) => {
    await expect(task.echo('too late')).rejects.toMatchObject({ name: 'TaskDisposedError' })
  },
}

/**
 * Proves the table under a heading, whose first column has the same head.
 *
 * @param acts - how to bring each of its rows about, by the row's first cell.
 * @param everywhere - cells of all its rows, where the text above the table says them.
 */
export function prove(heading: string, acts: Record<string, Act>, everywhere: Row = {}): void {
  const rows = new Map(tableUnder(guide, heading).map(row => [row[heading] ?? '', { ...everywhere, ...row }]))
  const proved = Object.entries(acts).map(([what, act]) => {
    const lacks = act.needs !== undefined && !(act.needs in globalThis)
    return {
      what: lacks ? `${what} (this engine has no ${act.needs})` : what,
      act,
      lacks,
      row: rows.get(what) ?? {},
    }
  })

  it(`"${heading}" has a row for each of these, and no other`, () => {
    expect([...rows.keys()]).toEqual(Object.keys(acts))
  })

  describe(heading, () => {
    it.for(proved)('$what', async ({ act, row, lacks }, { skip }) => {
      skip(lacks)
      const { made, stage } = await throughTask(act)
      const before = act.cold ? 1 : made.workers.length
      const counters = new Set<string>()
      const unsubscribe = made.runtime.subscribeEvents(({ kind, name }) => {
        if (kind === 'counter' && !ALWAYS.includes(name)) counters.add(name)
      })
      const call = watch(act.call(stage))
      await expect.poll(() => call.status).not.toBe('open')
      unsubscribe()

      expectEnding(call, row['The caller gets'], act)
      if (act.items) expect.soft(act.items()).toBe(Number(row.Items))
      expect.soft([...counters].sort()).toEqual(codeIn(row.Counters).sort())
      expect.soft(Object.keys(POOL)).toContain(row['The pool'])
      await POOL[row['The pool'] ?? '']?.(made, before)
    })
  })

  describe(`${heading}; with Comlink alone`, () => {
    const outcomes = new Map<Act, Outcome<unknown>>()
    const ends: (() => void)[] = []

    // All of them at once: most are waited for in vain.
    beforeAll(async () => {
      await Promise.all(
        proved.map(async ({ act, lacks }) => {
          if (lacks) return
          const { call, end } = await throughComlink(act)
          outcomes.set(act, watch(call))
          ends.push(end)
        }),
      )
      await new Promise(resolve => setTimeout(resolve, PATIENCE_MS))
    })

    afterAll(() => {
      for (const end of ends) end()
    })

    it.for(proved)('$what', async ({ act, row, lacks }, { skip }) => {
      skip(lacks)
      const outcome = outcomes.get(act) as Outcome<unknown>
      const cell = row['Comlink alone']
      if (endingIn(cell).kind !== 'never') {
        await expect.poll(() => outcome.status).not.toBe('open')
      }
      expectEnding(outcome, cell, act)
    })
  })
}

function expectEnding({ status, reason }: Outcome<unknown>, cell: string | undefined, act: Act): void {
  const { kind, name, texts, lost } = endingIn(cell)
  const settled = { answer: 'fulfilled', never: 'open', value: 'rejected', error: 'rejected' } as const
  expect.soft(status, cell).toBe(settled[kind])
  if (kind === 'value') expect.soft(reason).not.toBeInstanceOf(Error)
  if (kind !== 'error' || !(reason instanceof Error)) return
  expect.soft(classOf(reason), cell).toBe(name)
  for (const text of texts) expect.soft(`${reason}\n${reason.cause}`).toContain(text)
  expect.soft(act.losses?.(reason) ?? [], cell).toEqual(lost)
}
