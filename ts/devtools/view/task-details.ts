import { COUNTS, type TaskModel } from '../model/task-model.ts'
import { type Details, detailsFrame, Facts } from './details.ts'
import { el, setText } from './dom.ts'
import { count, limit, ms } from './format.ts'
import { keyForm } from './keys.ts'
import type { Source } from './source.ts'
import { statusOf } from './task-list.ts'

const RANKS = ['p50', 'p95', 'p99', 'max'] as const

/** One task: its state and limits, what is queued, what was counted, how long calls took, and what can be done. */
export function taskDetails(
  source: Source,
  task: TaskModel,
  close: () => void,
  say: (text: string) => void,
): Details {
  const state = new Facts('State')
  const counts = new Facts('Counts')
  const latency = latencyTable()
  const queue = el('ul', { class: 'bars' })
  const queueHead = el('h3', {}, 'Queue by priority')
  const element = detailsFrame(
    task.title,
    close,
    actions(source, task, say),
    el('h3', {}, 'State'),
    state.element,
    queueHead,
    queue,
    el('h3', {}, 'Latency of the last 1,024 calls'),
    latency.element,
    el('h3', {}, 'Since the panel was attached'),
    counts.element,
  )
  return {
    element,
    update() {
      const { facts } = task
      state.update({
        status: statusOf(source, task),
        id: facts.taskId,
        type: facts.type,
        workers: `${task.workers} of ${source.live?.stateOf(task)?.totalWorkers ?? task.lanes.length}`,
        'in flight': of(task.inFlight, facts.maxInFlight),
        resting: task.resting > 0 ? String(task.resting) : undefined,
        pending: of(task.pending, facts.maxQueueDepth),
        waiting: String(task.waiting),
        'when full': facts.queuePolicy,
      })
      counts.update(Object.fromEntries(COUNTS.map(name => [name, count(task.counts[name])])))
      latency.update(task)
      const levels = source.live?.queuedByPriority(task) ?? []
      queueHead.hidden = levels.length === 0
      showLevels(queue, levels)
    },
  }
}

/** A number and its limit, where that is known. */
function of(value: number, most: number | undefined): string {
  return most === undefined ? String(value) : `${value} of ${limit(most)}`
}

function actions({ live }: Source, task: TaskModel, say: (text: string) => void): HTMLElement {
  if (!live) return el('div')
  const act = (label: string, run: () => void, said: string) =>
    el(
      'button',
      {
        type: 'button',
        onclick() {
          run()
          say(said)
        },
      },
      label,
    )
  return el(
    'div',
    {},
    el(
      'div',
      { class: 'actions' },
      act('Start workers', () => live.startWorkers(task), `The workers of ${task.title} were started`),
      act('Replace workers', () => live.replaceWorkers(task), `The workers of ${task.title} are replaced`),
      act('Stop workers', () => live.stopWorkers(task), `The workers of ${task.title} were stopped`),
    ),
    keyForm(live, say),
  )
}

function latencyTable() {
  const rows = [
    ['in the queue', (task: TaskModel) => task.wait],
    ['in the handler', (task: TaskModel) => task.run],
    ['whole call', (task: TaskModel) => task.total],
  ] as const
  const cells = rows.map(() => RANKS.map(() => el('td')))
  const body = rows.map(([name], at) => el('tr', {}, el('th', { scope: 'row' }, name), ...(cells[at] ?? [])))
  const heads = RANKS.map(rank => el('th', { scope: 'col' }, rank))
  const corner = el('td', {}, el('span', { class: 'said' }, 'Duration'))
  const element = el(
    'table',
    { class: 'latency', 'aria-label': 'Latency' },
    el('thead', {}, el('tr', {}, corner, ...heads)),
    el('tbody', {}, ...body),
  )
  return {
    element,
    update(task: TaskModel) {
      for (const [at, [, of]] of rows.entries()) {
        const percentiles = of(task).percentiles()
        for (const [rank, name] of RANKS.entries()) {
          setText(cells[at]?.[rank] as Element, ms(percentiles?.[name]))
        }
      }
    },
  }
}

/** Built anew: there are at most sixteen, and seldom more than three. */
function showLevels(list: HTMLElement, levels: readonly { priority: number; count: number }[]): void {
  const most = Math.max(1, ...levels.map(level => level.count))
  list.replaceChildren(
    ...levels.map(level => {
      const fill = el('div', { class: 'fill' })
      fill.style.width = `${(100 * level.count) / most}%`
      return el(
        'li',
        {},
        el('span', { class: 'number' }, String(level.priority)),
        el('div', { class: 'track' }, fill),
        el('span', { class: 'number' }, count(level.count)),
      )
    }),
  )
}
