import type { RuntimeTaskSnapshot } from '@varunkanwar/atelier'
import { plural } from '../../../image-pipeline/src/view/format.ts'
import { streams } from '../scenarios/streams.ts'
import source from '../scenarios/streams.ts?raw'
import { Scene } from '../scene.ts'
import type { Stop } from '../stop.ts'
import { slider } from '../view/controls.ts'
import { duration, whole } from '../view/format.ts'
import { type Flow, StreamView } from '../view/stream.ts'

export const streamsStop: Stop = {
  id: 'streams',
  title: 'Streams',
  lead: [
    'A handler that is a generator gives its results one by one, and the page takes them in a for await. The worker may be so many items ahead; a loop that is slower than that holds it back, and nothing piles up.',
    'While the loop is busy the call rests: it gives back its place, and another call of the same worker runs. Leaving the loop ends the handler. After a crash the loop has the items that had come, then the error: a stream that has begun is never run twice.',
  ],
  source,
  file: 'streams.ts',
  show({ controls, board, announce }) {
    const task = controls.group(
      'Stream',
      { ahead: slider('Ahead at most', [1, 2, 4, 8, 16, 32, 64], 16, count => plural(count, 'item')) },
      () => restart(),
    )
    const load = controls.group('Load', {
      items: slider('Items', [10, 50, 100, 200, 500, 1000], 200, whole),
      itemMs: slider('To make one takes', [1, 5, 10, 20, 50, 100, 200], 10, duration),
    })
    // Read again for each item, so that the loop can be made slower and faster while it runs.
    const loop = controls.group('Loop', {
      ms: slider('To use one takes', [0, 5, 10, 20, 50, 100, 200, 500], 50, duration),
    })
    controls.button(
      'Read the stream',
      () => void read(),
      'primary',
      () => !reading,
    )
    controls.button(
      'Break',
      () => leave(),
      'plain',
      () => reading && !leaving,
    )
    controls.button(
      'Call the worker',
      () => void running.scenario.call(),
      'plain',
      () => reading,
    )
    controls.button(
      'Crash the worker',
      () => running.scenario.crash(),
      'plain',
      () => flow.taken > 0 && reading,
    )

    const view = new StreamView(board)
    let flow: Flow = { items: load.items, made: 0, taken: 0 }
    let reading = false
    let leaving = false
    let leftAt: number | undefined
    let freeMs: number | undefined
    let last = 'Not read yet'

    const start = () => {
      const scenario = streams(task)
      const scene = new Scene(
        scenario.runtime,
        board,
        [
          {
            taskId: 'jobs',
            title: 'jobs',
            meaning: 'A singleton: one worker, one call at a time. A stream that rests does not count.',
            figures: (record, { restingDepth }) => ({
              'Items made': whole(flow.made),
              'Items taken': whole(flow.taken),
              'Streams that rest': whole(restingDepth),
              'Calls done': whole(record.total('task.success.total')),
              'Worker free after break': duration(freeMs),
            }),
          },
        ],
        {
          draw: () => {
            const [state] = scene.tasks
            if (!state) return
            if (leftAt !== undefined && !scene.isBusy) {
              freeMs = performance.now() - leftAt
              leftAt = undefined
            }
            view.show(flow, task.ahead, reading ? standingOf(state) : last)
          },
          redraw: () => view.redraw(),
        },
      )
      return { scenario, scene }
    }
    let running = start()

    const restart = () => {
      end()
      running = start()
    }

    const read = async () => {
      const mine: Flow = { items: load.items, made: 0, taken: 0 }
      flow = mine
      reading = true
      leaving = false
      freeMs = undefined
      const ending = await running.scenario.read(
        { items: load.items, itemMs: load.itemMs },
        async item => {
          mine.taken = item
          mine.made = Math.max(mine.made, item)
          await new Promise(resolve => setTimeout(resolve, loop.ms))
          return !leaving
        },
        made => {
          mine.made = made
        },
      )
      reading = false
      last = `The last one was ${ending}`
      announce(`The stream was ${ending} after ${plural(mine.taken, 'item')}`)
    }

    const leave = () => {
      leaving = true
      leftAt = performance.now()
    }

    const end = () => {
      running.scene.close()
      running.scenario.dispose()
    }

    return () => {
      end()
      view.close()
    }
  },
}

function standingOf({ restingDepth, queueDepth }: RuntimeTaskSnapshot): string {
  if (restingDepth > 0) return queueDepth > 0 ? 'Rests, and another call runs' : 'Rests: the loop is busy'
  return queueDepth > 0 ? 'Counts: the loop waits for an item' : 'Starting'
}
