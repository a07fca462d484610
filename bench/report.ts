/** Results as text: a table of ratios, the values behind them, and the document that contains both. */
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Outcome, Result, Results } from './measuring.ts'
import type { ContenderName } from './page/main.ts'
import { extent, median } from './statistics.ts'
import type { Measure } from './workload.ts'

const SUBJECT: ContenderName = 'atelier'

/** One line for each measure: every contender's ratio to the baseline, and whether ours meets its target. */
export function table(results: Results, contenders: ContenderName[]): string {
  const header = ['workload', 'floor', ...contenders, 'target', 'met']
  const rows = [...results].map(([measure, byContender]) => [
    measure.title,
    measure.floor ? `${measure.floor} ${shown(measure, byContender.get(measure.floor))}`.trim() : '',
    ...contenders.map(contender => summary(measure, byContender, contender)),
    targetOf(measure),
    verdict(measure, byContender),
  ])
  return markdown(header, rows)
}

/** The medians and the spread of every measure, or why there are none. */
export function describe(results: Results, contenders: ContenderName[]): string {
  return [...results]
    .map(([measure, byContender]) => {
      const rows = contenders.map(contender => {
        const result = byContender.get(contender)
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

export function writeReport(
  file: string,
  { results, browser }: Outcome,
  contenders: ContenderName[],
  rounds: number,
): void {
  const [processor] = cpus()
  const text = `# Benchmarks

Written by \`npm run bench\`. One workload or contender can be looked at in seconds:
\`npm run bench -- --workloads burst,queue --contenders raw,rawq,atelier --rounds 2\`; this file then stays as it is.

- Machine: ${cpus().length} cores, ${processor?.model.trim() ?? 'unknown processor'}
- Browser: ${browser}, headless
- Date: ${new Date().toISOString().slice(0, 10)}
- Rounds: ${rounds}, every contender in turn, each round with another one first

All contenders are built for production into one page and measured in one run. Pools have two workers where a line does not
say otherwise. Two floors are written by hand: \`raw\` posts every call at once, round robin; \`rawq\` keeps a queue on the
page, has one call in flight per worker and cancels by key. comlink has no pool and is called round robin; those without keys
cancel call by call. poolifier's own queue is on only where calls are queued, and its workers are given a \`window\`, without which they
refuse to start.

## Ratios

Medians over the rounds. A ratio to a floor is formed in each round; where a line has no floor, and for bytes and sizes, the value itself
stands. Of rates more is better, of times less.

${table(results, contenders)}

## Values

${describe(results, contenders)}
`
  writeFileSync(file, text)
}

function summary(
  measure: Measure,
  byContender: Map<ContenderName, Result>,
  contender: ContenderName,
): string {
  const result = byContender.get(contender)
  if (!isMeasured(result)) return result ? 'failed' : ''
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
  return `failed: ${result.message}`
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
