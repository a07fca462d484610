/** What axe-core finds wrong with a page as it is shown now. */
import axe from 'axe-core'
import type { Page } from 'playwright'

/** @returns a line for each element of each violation: the rule, what is wrong, and the element. Empty if axe finds nothing. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}\n  ${failureSummary}`),
  )
}
