import { AtelierDevtools } from '@varunkanwar/atelier/devtools'
import { cloneOf, find } from '../../../image-pipeline/src/view/dom.ts'
import { plural } from '../../../image-pipeline/src/view/format.ts'
import { observability } from '../scenarios/observability.ts'
import source from '../scenarios/observability.ts?raw'
import { Scene } from '../scene.ts'
import type { Stop } from '../stop.ts'
import { slider, toggle } from '../view/controls.ts'
import { duration, whole } from '../view/format.ts'
import { EventLog } from '../view/log.ts'

/** One in this many documents is broken, if some are. */
const BROKEN_EVERY = 5

export const observabilityStop: Stop = {
  id: 'observability',
  title: 'Observability',
  lead: [
    'A runtime can be looked at in two ways. For people there is an element, <atelier-devtools>: its lanes show where each call was and for how long, and the filter finds the calls of one document, such as trace:document-5.',
    'For programs there are snapshots of the state, and one stream of events with counters, gauges, histograms, spans and traces. The runtime aggregates nothing; that is left to you. A document goes through two tasks here, under one trace. Sampling thins out traces and spans; metrics stay complete.',
  ],
  source,
  file: 'observability.ts',
  show({ controls, board, announce }) {
    const settings = controls.group(
      'Runtime',
      {
        sampleRate: slider(
          'Traces recorded',
          [0, 0.05, 0.1, 0.25, 0.5, 0.75, 1],
          1,
          part => `${part * 100} %`,
        ),
      },
      () => restart(),
    )
    const load = controls.group('Load', {
      documents: slider('Documents', [1, 2, 5, 10, 20, 50, 100, 500, 1000, 2000], 20, count =>
        plural(count, 'document'),
      ),
      ms: slider('Each takes', [4, 20, 40, 100, 200, 400], 100, duration),
      broken: toggle('Every fifth is broken'),
    })
    controls.button('Process the documents', () => void run(), 'primary')
    controls.button(
      'Start anew',
      () => restart(),
      'plain',
      () => Number.isFinite(running.scene.recorder.of('parse').lastEvent),
    )

    const start = () => {
      const scenario = observability(settings)
      const panel = new AtelierDevtools()
      panel.attach(scenario.runtime)
      const copy = cloneOf('#log')
      const element = find('.log', HTMLElement, copy)
      board.append(panel, copy)
      const log = new EventLog(element)
      scenario.runtime.subscribeEvents(event => log.note(event))
      const scene = new Scene(scenario.runtime, board, [], {
        draw: () => log.show(),
        close: () => {
          panel.remove()
          element.remove()
        },
      })
      return { scenario, scene }
    }
    let running = start()
    let documents = 0

    const restart = () => {
      running.scene.close()
      running = start()
    }

    const run = async () => {
      const began = performance.now()
      const results = await running.scenario.processAll(
        Array.from({ length: load.documents }, () => {
          const number = ++documents
          return {
            name: `document-${number}`,
            ms: load.ms,
            broken: load.broken && number % BROKEN_EVERY === 0,
          }
        }),
      )
      const done = results.filter(({ status }) => status === 'fulfilled').length
      announce(
        `${plural(done, 'document')} of ${whole(results.length)} processed in ${duration(performance.now() - began)}`,
      )
    }

    return () => running.scene.close()
  },
}
