import type { TaskModel } from '../model/task-model.ts'
import type { Details } from './details.ts'
import { el } from './dom.ts'

/** The place beside the view for what was chosen. */
export class DetailsPane {
  readonly element = el('section', { class: 'aside', 'aria-label': 'Details', hidden: true })
  readonly #changed: () => void
  #details: Details | undefined
  #task: TaskModel | undefined
  #back: HTMLElement | undefined

  /** @param changed - called when it was opened or closed, which changes the size of the view. */
  constructor(changed: () => void) {
    this.#changed = changed
  }

  get isOpen(): boolean {
    return this.#details !== undefined
  }

  /** The task whose details are shown. */
  get task(): TaskModel | undefined {
    return this.#task
  }

  /** Shows details instead of those before. */
  open(details: Details, task?: TaskModel): void {
    if (!this.isOpen) {
      const { activeElement } = this.element.getRootNode() as ShadowRoot | Document
      this.#back = activeElement instanceof HTMLElement ? activeElement : undefined
    }
    this.#details = details
    this.#task = task
    this.element.replaceChildren(details.element)
    this.element.hidden = false
    this.#changed()
  }

  focus(): void {
    this.element.querySelector('h2')?.focus()
  }

  /** Gives the focus back to where it was. */
  readonly close = (): void => {
    if (!this.isOpen) return
    this.#details = undefined
    this.#task = undefined
    this.element.replaceChildren()
    this.element.hidden = true
    this.#back?.focus()
    this.#changed()
  }

  update(now: number): void {
    this.#details?.update(now)
  }
}
