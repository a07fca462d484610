import { recorders } from '../../page/kernel/recorder.ts'
import type { LiveRuntime } from '../live/live-runtime.ts'
import { recordingOf } from '../recording/recording-of.ts'
import { el, iconButton } from './dom.ts'

/** Saves recordings of runtimes that record, and opens them from files. */
export class RecordingTools {
  readonly element: HTMLElement
  readonly #save: HTMLButtonElement
  #recording: readonly LiveRuntime[] = []

  /**
   * @param opened - takes the content of a file that was chosen.
   * @param failed - takes why it cannot be read.
   */
  constructor(opened: (bytes: Uint8Array, name: string) => void, failed: (text: string) => void) {
    const field = el('input', { type: 'file', accept: '.atelier', hidden: true, 'aria-label': 'Recording' })
    field.addEventListener('change', async () => {
      const file = field.files?.[0]
      field.value = ''
      if (!file) return
      try {
        opened(new Uint8Array(await file.arrayBuffer()), file.name)
      } catch (error) {
        failed(`${file.name} cannot be opened: ${error instanceof Error ? error.message : error}`)
      }
    })
    this.#save = iconButton('download', 'Save the recording', () => {
      for (const { runtime, name } of this.#recording) save(recordingOf(runtime), `${name}.atelier`)
    })
    const open = iconButton('open', 'Open a recording', () => field.click())
    this.element = el('div', { class: 'group' }, this.#save, open, field)
    this.show([])
  }

  /** Offers to save the recordings of those runtimes that record. */
  show(runtimes: readonly LiveRuntime[]): void {
    this.#recording = runtimes.filter(({ runtime }) => recorders.has(runtime))
    this.#save.hidden = this.#recording.length === 0
  }
}

function save(bytes: Uint8Array, name: string): void {
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }))
  el('a', { href: url, download: name }).click()
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
