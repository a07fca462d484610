import { plural } from '../../../image-pipeline/src/view/format.ts'
import { type Outcome, order, VISIBLE } from '../scenarios/order.ts'
import source from '../scenarios/order.ts?raw'
import { Scene } from '../scene.ts'
import type { Stop } from '../stop.ts'
import { range, slider, toggle } from '../view/controls.ts'
import { duration, whole } from '../view/format.ts'
import { Line } from '../view/line.ts'
import { COLUMNS, nameOf, ROWS, TileMap, type TileState } from '../view/tile-map.ts'

const STEP_MS = 60

/** The way of a sweep: along the upper edge, then down. */
const WAY = [
  ...range(1, 12).map(column => ({ column, row: 0 })),
  ...range(1, 6).map(row => ({ column: 12, row })),
]

export const orderStop: Stop = {
  id: 'order',
  title: 'Order',
  lead: [
    'A map requests the tiles that come into view. While somebody drags the view, tiles of earlier views are still in the queue, and those in view have to wait for them. The number on a tile is its place in the queue.',
    'With newest first, the tiles requested last start first. With visible tiles first, every move gives the tiles that came into view a higher priority, and those that left it the normal one. drop-oldest bounds how many tiles a drag leaves behind.',
  ],
  source,
  file: 'order.ts',
  show({ controls, board, announce }) {
    const task = controls.group(
      'Task',
      {
        newestFirst: toggle('Newest first'),
        poolSize: slider('Pool size', range(1, 8), 2, count => plural(count, 'worker')),
        maxQueueDepth: slider('Pending at most', [12, 24, 48, 96, 144], 48, count => plural(count, 'tile')),
      },
      () => restart(),
    )
    const view = controls.group('View', { visibleFirst: toggle('Visible tiles first') }, () => rank())
    const load = controls.group('Load', {
      ms: slider('A tile takes', [20, 50, 100, 150, 300, 500, 1000], 150, duration),
    })
    controls.button('Sweep the map', () => sweep(), 'primary')
    controls.button('Clear the map', () => restart())

    const map = new TileMap(board, byHand => {
      if (byHand) rest()
      look()
    })
    const start = () => {
      const scenario = order(task)
      const scene = new Scene(
        scenario.runtime,
        board,
        [
          {
            taskId: 'tiles',
            title: 'tiles',
            meaning: 'A parallel task whose queue drops the oldest call when it is full.',
            figures: record => ({
              Rendered: whole(record.total('task.success.total')),
              Dropped: whole(record.total('task.rejected.total')),
              'View complete after': duration(running.journey.completeMs),
              'Others rendered before': whole(running.journey.others),
            }),
          },
        ],
        {
          draw: () => map.show(running.states, () => running.line.order()),
          redraw: () => map.redraw(),
        },
      )
      const states = Array.from<TileState>({ length: COLUMNS * ROWS }).fill('unseen')
      return {
        scenario,
        scene,
        states,
        line: new Line(task.newestFirst),
        visible: new Set<number>(),
        journey: begin(),
      }
    }
    let running = start()
    let sweeping: ReturnType<typeof setInterval> | undefined

    const restart = () => {
      rest()
      running.scene.close()
      running = start()
      map.redraw()
      look()
    }

    /** Requests what has come into view, and ranks what is queued. */
    const look = () => {
      running.journey = begin()
      rank()
      for (const tile of running.visible) {
        const state = running.states[tile]
        if (state === 'unseen' || state === 'dropped') request(tile)
      }
      arrive()
    }

    /** Gives the tiles that have left the view the normal priority, and those in view theirs. */
    const rank = () => {
      const { scenario, line, states, visible: before } = running
      const visible = new Set(map.visible)
      running.visible = visible
      for (const tile of new Set([...before, ...visible])) {
        const priority = priorityOf(tile)
        scenario.prioritize(nameOf(tile), priority)
        if (states[tile] === 'queued') line.join(tile, priority)
      }
      map.redraw()
    }

    const priorityOf = (tile: number) => (view.visibleFirst && running.visible.has(tile) ? VISIBLE : 0)

    const request = (tile: number) => {
      const { scenario, states, line } = running
      const priority = priorityOf(tile)
      states[tile] = 'queued'
      line.join(tile, priority)
      scenario.render(nameOf(tile), load.ms, priority, outcome => {
        if (states === running.states) note(tile, outcome)
      })
    }

    const note = (tile: number, outcome: Outcome) => {
      const { states, line, visible, journey } = running
      line.leave(tile)
      states[tile] = outcome === 'ended' ? 'unseen' : outcome
      map.redraw()
      if (outcome !== 'done' || journey.completeMs !== undefined) return
      if (!visible.has(tile)) journey.others++
      arrive()
      if (journey.completeMs === undefined) return
      announce(
        `View complete after ${duration(journey.completeMs)}; ${plural(journey.others, 'other tile')} rendered before`,
      )
    }

    /** Notes when all tiles in view are there. */
    const arrive = () => {
      const { states, visible, journey } = running
      if (![...visible].every(tile => states[tile] === 'done')) return
      journey.completeMs = performance.now() - journey.began
    }

    const sweep = () => {
      map.moveTo({ column: 0, row: 0 })
      restart()
      const way = WAY[Symbol.iterator]()
      sweeping = setInterval(() => {
        const { value: next } = way.next()
        if (next) map.moveTo(next)
        else rest()
      }, STEP_MS)
    }

    const rest = () => clearInterval(sweeping)

    look()
    return () => {
      rest()
      running.scene.close()
      map.close()
    }
  },
}

/** How long the view has been where it is, and what was rendered elsewhere meanwhile. */
function begin() {
  return { began: performance.now(), others: 0, completeMs: undefined as number | undefined }
}
