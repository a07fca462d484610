import { BarState } from '../model/bars.ts'
import type { Attempt } from './attempt.ts'
import { type Details, detailsFrame, Facts } from './details.ts'
import { el } from './dom.ts'
import { ms } from './format.ts'
import { keyButton } from './keys.ts'
import { STATE_NAME } from './palette.ts'

/** One attempt of a call: what it was, where it ran, and where its time went. */
export function callDetails(
  { source, task, bars, number, slot }: Attempt,
  clock: (moment: number) => string,
  close: () => void,
  say: (text: string) => void,
): Details {
  const about = new Facts('Call')
  const times = new Facts('Times')
  const streamHead = el('h3', { hidden: true }, 'Stream')
  const streaming = new Facts('Stream')
  const facts = bars.facts[bars.at(number)]
  const key = facts?.key
  const actions = el('div', { class: 'actions' })
  if (source.live && key !== undefined) actions.append(keyButton(source.live, key, say))
  const error = el('pre', { hidden: true })
  const element = detailsFrame(
    facts?.method || facts?.id || 'Call',
    close,
    actions,
    el('h3', {}, 'Call'),
    about.element,
    error,
    el('h3', {}, 'Times'),
    times.element,
    streamHead,
    streaming.element,
  )
  return {
    element,
    update(now) {
      if (!facts || number < bars.first) return
      const index = bars.at(number)
      const [began, end] = [bars.start[index] as number, bars.end[index] as number]
      const state = bars.stateAt(index, now)
      const run = bars.run[index] as number
      about.update({
        state: STATE_NAME[state],
        id: facts.id,
        task: task.title,
        key,
        trace: facts.trace,
        priority: facts.priority === 0 ? undefined : String(facts.priority),
        worker: slot === undefined ? undefined : String(slot),
        attempt: slot === undefined ? undefined : String(bars.attempt[index]),
      })
      const stream = slot === undefined ? undefined : source.live?.streamOf(task, bars.call[index] as number)
      streaming.update({
        items: stream && String(stream.itemCount),
        'not taken yet': stream && String(stream.buffered),
        'the worker may send': stream && String(stream.credit),
        'its loop': stream && (stream.isResting ? 'is busy, so the call rests' : 'waits or reads'),
      })
      streamHead.hidden = stream === undefined
      const onWorker = Math.min(end, now) - began
      times.update({
        [slot === undefined ? 'ended at' : 'sent at']: clock(slot === undefined ? end : began),
        'in the queue': ms(bars.wait[index]),
        'on its worker': slot === undefined ? undefined : ms(onWorker),
        'before its handler ran': run >= 0 ? ms(Math.max(0, onWorker - run)) : undefined,
        'in the handler': run >= 0 ? ms(run) : undefined,
      })
      const why = state === BarState.open ? undefined : facts.error
      error.hidden = why === undefined
      error.textContent = why?.slice(0, 4_000) ?? ''
    },
  }
}
