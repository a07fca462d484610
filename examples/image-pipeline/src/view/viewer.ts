/** A finished picture at its full size, in a dialog. The arrow keys lead to the others. */
import { type Result, resultName, save } from '../download.ts'
import { find, setText } from './dom.ts'
import { bytes } from './format.ts'

export class Viewer {
  readonly #dialog = find('#viewer', HTMLDialogElement)
  readonly #title = find('#viewer-title', HTMLElement)
  readonly #facts = find('#viewer-facts', HTMLElement)
  readonly #stage = find('#viewer-stage', HTMLElement)
  readonly #previous = find('#viewer-previous', HTMLButtonElement)
  readonly #next = find('#viewer-next', HTMLButtonElement)
  #results: Result[] = []
  #index = 0
  #url = ''

  constructor() {
    this.#previous.addEventListener('click', () => this.#step(-1))
    this.#next.addEventListener('click', () => this.#step(1))
    find('#viewer-download', HTMLButtonElement).addEventListener('click', () => {
      const result = this.#results[this.#index]
      if (result) save(result.developed.file, resultName(result))
    })
    this.#dialog.addEventListener('keydown', event => {
      if (event.key === 'ArrowLeft') this.#step(-1)
      if (event.key === 'ArrowRight') this.#step(1)
    })
    this.#dialog.addEventListener('close', () => this.#release())
  }

  /** @param results - those that can be reached from the dialog. */
  open(results: Result[], index: number): void {
    this.#results = results
    this.#index = index
    this.#show()
    this.#dialog.showModal()
  }

  /** Goes round and round. */
  #step(by: number): void {
    const { length } = this.#results
    this.#index = (this.#index + by + length) % length
    this.#show()
  }

  #show(): void {
    const result = this.#results[this.#index]
    if (!result) return
    const { width, height, file } = result.developed
    setText(this.#title, resultName(result))
    setText(this.#facts, `${width} × ${height} pixels, ${bytes(file.size)}`)
    for (const button of [this.#previous, this.#next]) button.hidden = this.#results.length === 1
    this.#release()
    this.#url = URL.createObjectURL(file)
    const image = new Image(width, height)
    image.alt = `Result of ${result.name}`
    image.src = this.#url
    this.#stage.replaceChildren(image)
  }

  #release(): void {
    if (this.#url !== '') URL.revokeObjectURL(this.#url)
    this.#url = ''
    this.#stage.replaceChildren()
  }
}
