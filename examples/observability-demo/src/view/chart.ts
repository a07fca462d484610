/** The calls of a task by state over the last seconds, one area on the other. Shares its span of time with the timeline. */
import type { WorkerState } from '@varunkanwar/atelier'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { WINDOW_MS } from '../recorder.ts'
import { color } from './theme.ts'
import { LABEL_WIDTH } from './timeline.ts'

const SAMPLE_MS = 100
const SAMPLES = WINDOW_MS / SAMPLE_MS
const HEIGHT = 112

/** Seconds before now. These are constant; the values move. */
const TIMES = Array.from({ length: SAMPLES + 1 }, (_, index) => ((index - SAMPLES) * SAMPLE_MS) / 1000)

/** The title of the vertical axis. */
const LABEL_TITLE = 16

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif'

export class Chart {
  readonly #plot: uPlot
  readonly #observer: ResizeObserver
  /** All calls, the accepted ones, and those on workers, each drawn in front of the one before. */
  readonly #values: [number[], number[], number[]] = [zeros(), zeros(), zeros()]
  #next = 0
  #quiet = 0

  constructor(box: HTMLElement) {
    const axis = {
      stroke: () => color('muted'),
      grid: { stroke: () => color('line'), width: 1 },
      ticks: { show: false },
      font: FONT,
    }
    this.#plot = new uPlot(
      {
        width: Math.max(1, box.clientWidth),
        height: HEIGHT,
        padding: [8, 0, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: [-WINDOW_MS / 1000, 0] },
          y: { range: (_, __, highest) => [0, Math.max(4, highest)] },
        },
        series: [
          {},
          area(() => color('waiting')),
          area(() => color('accent-soft')),
          area(() => color('accent')),
        ],
        axes: [
          {
            ...axis,
            size: 20,
            gap: 4,
            space: 40,
            incrs: [2],
            values: (_, seconds) =>
              seconds.map(at => (at === -WINDOW_MS / 1000 ? '' : at === 0 ? '' : `−${-at} s`)),
          },
          {
            ...axis,
            label: 'calls',
            labelFont: FONT,
            labelSize: LABEL_TITLE,
            size: LABEL_WIDTH - LABEL_TITLE,
            gap: 6,
            space: 28,
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
          },
        ],
      },
      [TIMES, ...this.#values],
      box,
    )
    this.#observer = new ResizeObserver(() => {
      this.#plot.setSize({ width: Math.max(1, box.clientWidth), height: HEIGHT })
    })
    this.#observer.observe(box)
  }

  redraw(): void {
    this.#plot.redraw(false, true)
  }

  /** Takes a sample when one is due. Stops moving once everything that it shows is zero. */
  show({ queueDepth, pendingQueueDepth, waitingQueueDepth }: WorkerState, now: number): void {
    if (now < this.#next) return
    // After a pause, as in a hidden tab, sampling continues from now.
    this.#next = Math.max(this.#next + SAMPLE_MS, now)
    const accepted = queueDepth + pendingQueueDepth
    const all = accepted + waitingQueueDepth
    this.#quiet = all === 0 ? this.#quiet + 1 : 0
    if (this.#quiet > SAMPLES + 1) return
    for (const [index, value] of [all, accepted, queueDepth].entries()) {
      const values = this.#values[index] as number[]
      values.push(value)
      values.shift()
    }
    this.#plot.setData([TIMES, ...this.#values])
  }

  close(): void {
    this.#observer.disconnect()
    this.#plot.destroy()
  }
}

function zeros(): number[] {
  return Array.from({ length: SAMPLES + 1 }, () => 0)
}

function area(fill: () => string): uPlot.Series {
  return {
    fill,
    width: 0,
    points: { show: false },
    ...(uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
  }
}
