/** The code that a scenario runs, in color, and a button that copies it. */
import { highlight } from 'sugar-high'
import { find } from '../../../image-pipeline/src/view/dom.ts'

/** How long the button says what it has done. */
const TOLD_MS = 2000

export class Listing {
  readonly #code: HTMLElement
  readonly #button: HTMLButtonElement
  #source = ''
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param announce - tells users of a screen reader what became of a copy. */
  constructor(code: string, button: string, announce: (text: string) => void) {
    this.#code = find(code, HTMLElement)
    this.#button = find(button, HTMLButtonElement)
    this.#button.addEventListener('click', async () => announce(await this.#copy()))
  }

  /** @param name - the name of the file. */
  show(source: string, name: string): void {
    this.#source = source.trimEnd()
    // The library escapes what is not its own markup.
    this.#code.innerHTML = highlight(this.#source)
    this.#button.setAttribute('aria-label', `Copy ${name}`)
    this.#tell('Copy')
  }

  async #copy(): Promise<string> {
    try {
      await navigator.clipboard.writeText(this.#source)
    } catch {
      // Not permitted: select the text, so that the keyboard can copy it.
      getSelection()?.selectAllChildren(this.#code)
      return this.#tell('Selected: press Ctrl or ⌘ and C')
    }
    return this.#tell('Copied')
  }

  #tell(text: string): string {
    clearTimeout(this.#timer)
    this.#button.textContent = text
    if (text !== 'Copy') this.#timer = setTimeout(() => this.#tell('Copy'), TOLD_MS)
    return text
  }
}
