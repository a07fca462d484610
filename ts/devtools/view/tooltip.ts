import { BarState } from '../model/bars.ts'
import { ms } from './format.ts'
import type { Place } from './hit.ts'
import { STATE_NAME } from './palette.ts'

/** One attempt, in a few lines. */
export function describeAttempt({ lane, number }: Place, now: number): string {
  const { bars } = lane
  const index = bars.at(number)
  const facts = bars.facts[index]
  if (!facts) return ''
  const state = bars.stateAt(index, now)
  const start = bars.start[index] as number
  const end = Math.min(bars.end[index] as number, now)
  const lines = [
    `${facts.method || 'call'} · ${facts.id}`,
    `${STATE_NAME[state]} · ${ms(end - start)} on worker ${lane.slot}`,
    `queued ${ms(bars.wait[index])} · ran ${ms(bars.run[index])}`,
  ]
  if (facts.key !== undefined) lines.push(`key ${facts.key}`)
  if (facts.trace !== undefined) lines.push(`trace ${facts.trace}`)
  if (facts.error !== undefined && state !== BarState.open) lines.push(facts.error)
  return lines.map(line => (line.length > 120 ? `${line.slice(0, 119)}…` : line)).join('\n')
}
