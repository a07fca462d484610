/** A stream between its worker and its loop: what is ahead of the loop, what may still be made, and what was taken. */
import { cloneOf, find, setText } from '../../../image-pipeline/src/view/dom.ts'
import { whole } from './format.ts'
import { Places } from './places.ts'

/** Counts of items. */
export type Flow = { items: number; made: number; taken: number }

export class StreamView {
  readonly #element: HTMLElement
  readonly #standing: HTMLElement
  readonly #ahead: HTMLElement
  readonly #places: Places
  readonly #meter: HTMLElement
  readonly #taken: HTMLElement

  constructor(board: HTMLElement) {
    const copy = cloneOf('#stream')
    this.#element = find('.stream', HTMLElement, copy)
    this.#standing = find('.standing', HTMLElement, copy)
    this.#ahead = find('.ahead', HTMLElement, copy)
    this.#meter = find('.meter', HTMLElement, copy)
    this.#taken = find('.taken', HTMLElement, copy)
    board.append(copy)
    this.#places = new Places(find('canvas', HTMLCanvasElement, this.#element), 'in-flight')
  }

  /**
   * @param credit - how many items may be ahead.
   * @param standing - what the call is doing, in a few words.
   */
  show({ items, made, taken }: Flow, credit: number, standing: string): void {
    // Reports are held back for some milliseconds, and items are not.
    const ahead = Math.max(0, made - taken)
    this.#places.show(ahead, credit)
    setText(this.#standing, standing)
    setText(this.#ahead, `${whole(ahead)} of ${whole(credit)}`)
    setText(this.#taken, `${whole(taken)} of ${whole(items)}`)
    this.#meter.setAttribute('aria-valuemax', String(items))
    this.#meter.setAttribute('aria-valuenow', String(taken))
    this.#meter.style.setProperty('--part', String(taken / items))
  }

  redraw(): void {
    this.#places.redraw()
  }

  close(): void {
    this.#places.close()
    this.#element.remove()
  }
}
