import axe from 'axe-core'
import { expect, it } from 'vitest'
import { page } from 'vitest/browser'
import { soon } from '../support/soon.ts'
import { panelWithJobs } from './devtools-panel.ts'
import { answered } from './jobs.ts'

const SIZES = [
  [400, 800],
  [1_440, 900],
] as const

const CASES = SIZES.flatMap(([width, height]) =>
  (['light', 'dark'] as const).map(theme => ({ width, height, theme })),
)

it.each(CASES)('axe finds nothing at $width pixels, $theme', async ({ width, height, theme }) => {
  await page.viewport(width, height)
  const { task, panel } = panelWithJobs({ poolSize: 1, maxInFlight: 2, maxQueueDepth: 1 })
  panel.element.setAttribute('theme', theme)
  await answered(task)
  await task.throwSoon('the photograph is broken')
  await task.fail('no').catch(() => {})
  const open = [0, 1, 2, 3].map(priority => task.with({ key: 'album', priority }).forever())
  const ended = Promise.allSettled(open)
  const isNarrow = width < 720
  for (const view of isNarrow ? ['Tasks', 'Lanes', 'Calls'] : ['Lanes', 'Calls']) {
    panel.button(view).click()
    expect(await found(panel.element), view).toEqual([])
  }
  ;(await panel.row('album')).querySelector('button')?.click()
  expect(await found(panel.element), 'details of a call').toEqual([])
  panel.button('Close details').click()
  ;(await soon(() => panel.button('Crashes 1'))).click()
  await soon(() => panel.one('.crash summary').click())
  expect(await found(panel.element), 'crashes').toEqual([])
  if (isNarrow) panel.button('Tasks').click()
  panel.one('.task').click()
  expect(await found(panel.element), 'details of a task').toEqual([])
  task.dispose()
  await ended
})

it('axe finds nothing on a docked panel, closed or open', async () => {
  const { task, panel } = panelWithJobs()
  panel.element.toggleAttribute('docked', true)
  expect(await found(panel.element), 'closed').toEqual([])
  panel.element.toggleAttribute('open', true)
  expect(await found(panel.element), 'open').toEqual([])
  task.dispose()
})

/** What axe finds: the rule, and where. */
async function found(element: Element): Promise<string[]> {
  await new Promise(resolve => setTimeout(resolve, 300))
  const { violations } = await axe.run(element)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  )
}
