/** Results as text: a table of ratios, the values behind them, and the document that contains both. */
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Outcome, Result, Results } from './measuring.ts'
import type { ContenderName } from './page/main.ts'
import { extent, median } from './statistics.ts'
import type { Measure } from './workload.ts'

const SUBJECT: ContenderName = 'atelier'

/** One line for each measure: every contender's ratio to the baseline. A table for each set of contenders. */
export function table(results: Results): string {
  const sets = new Map<string, Results>()
  for (const [measure, byContender] of results) {
    const names = [...byContender.keys()].join()
    sets.set(names, (sets.get(names) ?? new Map()).set(measure, byContender))
  }
  return [...sets.values()].map(oneTable).join('\n\n')
}

function oneTable(results: Results): string {
  const contenders = [...([...results.values()][0]?.keys() ?? [])]
  const header = ['workload', 'better', 'baseline', ...contenders]
  const rows = [...results].map(([measure, byContender]) => [
    measure.title,
    measure.better,
    measure.floor ? `${measure.floor} ${shown(measure, byContender.get(measure.floor))}`.trim() : '',
    ...contenders.map(contender => summary(measure, byContender, contender)),
  ])
  return markdown(header, rows)
}

/** For those who work on the package: each measure that has a target, and whether it is met. */
export function targets(results: Results): string {
  const rows = [...results]
    .filter(([{ target }]) => target)
    .map(([measure, byContender]) => [measure.title, targetOf(measure), verdict(measure, byContender)])
  return markdown(['workload', 'target', 'met'], rows)
}

/** The medians and the spread of every measure, or why there are none. */
export function describe(results: Results): string {
  return [...results]
    .map(([measure, byContender]) => {
      const rows = [...byContender].map(([contender, result]) => {
        if (!isMeasured(result)) return [contender, reason(result), '', '']
        const [least, most] = extent(result)
        return [
          contender,
          number(median(result)),
          `${number(least)} to ${number(most)}`,
          ratio(measure, byContender, contender)?.toFixed(2) ?? '',
        ]
      })
      const unit = measure.unit ? ` (${measure.unit}, ${measure.better} is better)` : ''
      const over = measure.floor ? `over ${measure.floor}` : ''
      return `### ${measure.title}${unit}\n\n${markdown(['', 'median', 'spread', over], rows)}`
    })
    .join('\n\n')
}

export function writeReport(file: string, { results, browser }: Outcome, rounds: number): void {
  const [processor] = cpus()
  const text = `# Benchmarks

What a call costs through Atelier, through four other libraries and through workers that are written by hand. All of them run on the same
page, in the same browser, in turn.

| this run |     |
| -------- | --- |
| machine  | ${cpus().length} cores, ${processor?.model.trim() ?? 'unknown processor'} |
| browser  | ${browser}, headless |
| date     | ${new Date().toISOString().slice(0, 10)} |
| rounds   | ${rounds}, each with another contender first |

\`npm run bench\` repeats it and writes this page. Part of it takes seconds and leaves the page as it is:
\`npm run bench -- --workloads burst,queue --contenders raw,rawq,atelier --rounds 2\`.

## What is compared

- \`raw\`, by hand: posts every call at once, to each worker in turn.
- \`rawq\`, by hand: a queue on the page, one call in flight per worker, cancellation by key.
- comlink has no pool, so its workers are called in turn. threads, workerpool and poolifier have pools. poolifier's own queue is on only
  where calls are queued, and its workers are given a \`window\`, without which they refuse to start.
- Libraries without cancellation by key cancel call by call.

Streams have a table of their own:

- \`raw\`, by hand: arrays of up to 256 items by postMessage, the next of which is asked for before the last is taken.
- comlink: a generator behind \`Comlink.proxy\`, a message there and back for each item.
- \`readable\`: a ReadableStream that moves from the worker to the page.
- effect: a stream from a worker of \`@effect/platform\`, in chunks of its own. It does not wait for the loop.
- atelier: \`ahead: 512\` for numbers, 16 for buffers.

All are built for production. Pools have two workers where a line does not say otherwise.

## Ratios

Medians over the rounds. Where a line has a baseline, the others are shown as a multiple of it, formed in each round; elsewhere, and for
bytes and sizes, the value itself is shown. A dash: the library has no such function, or the value follows from one that is missing. "failed": it did not finish within 30 seconds.

${table(results)}

## Values

The same measures, with their spread: the least and the most of all rounds.

${describe(results)}
`
  writeFileSync(file, text)
}

function summary(
  measure: Measure,
  byContender: Map<ContenderName, Result>,
  contender: ContenderName,
): string {
  const result = byContender.get(contender)
  if (!isMeasured(result)) return result ? (lacks(result) ? '–' : 'failed') : ''
  if (measure.target?.of === 'value') return shown(measure, result)
  const value = ratio(measure, byContender, contender)
  return value === undefined ? shown(measure, result) : `${value.toFixed(2)}×`
}

function targetOf({ target, better }: Measure): string {
  if (!target) return ''
  return `${better === 'lower' ? '≤' : '≥'} ${target.bound}${target.of === 'ratio' ? '×' : ''}`
}

function verdict(measure: Measure, byContender: Map<ContenderName, Result>): string {
  const { target, better } = measure
  const result = byContender.get(SUBJECT)
  if (!target || !result) return ''
  if (!isMeasured(result)) return 'no'
  const value = target.of === 'value' ? median(result) : ratio(measure, byContender, SUBJECT)
  if (value === undefined) return ''
  return (better === 'lower' ? value <= target.bound : value >= target.bound) ? 'yes' : 'no'
}

/** The median over all rounds of the ratio within a round. */
function ratio(
  { floor }: Measure,
  byContender: Map<ContenderName, Result>,
  contender: ContenderName,
): number | undefined {
  const base = floor && byContender.get(floor)
  const result = byContender.get(contender)
  if (!isMeasured(base) || !isMeasured(result)) return undefined
  return median(result.map((value, round) => value / (base[round] ?? Number.NaN)))
}

function isMeasured(result: Result | undefined): result is number[] {
  return Array.isArray(result) && result.length > 0
}

function reason(result: Result | undefined): string {
  if (!(result instanceof Error)) return 'not measured'
  return lacks(result) ? result.message : `failed: ${result.message}`
}

/** Whether there was nothing to measure, because the contender does not have what the workload is about. */
function lacks(result: Result | undefined): boolean {
  return result instanceof Error && /^(keeps no|has no|not known)\b/.test(result.message)
}

function shown({ unit }: Measure, result: Result | undefined): string {
  if (!isMeasured(result)) return result ? 'failed' : ''
  return `${number(median(result))}${unit ? ` ${unit}` : ''}`
}

/** Three significant digits, and all digits before the decimal point. */
function number(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)))
  return value.toLocaleString('en', {
    minimumFractionDigits: Math.min(digits, 3),
    maximumFractionDigits: Math.min(digits, 3),
  })
}

function markdown(header: string[], rows: string[][]): string {
  const cells = [header, header.map(() => '---'), ...rows]
  return cells.map(row => `| ${row.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')
}
