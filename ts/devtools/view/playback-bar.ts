import { el, setAttribute, setText } from './dom.ts'
import { ms } from './format.ts'

/** What can be done with a recording that is open. */
export type PlaybackEvents = {
  sought(): void
  closed(): void
}

/** The line with which a recording is played and scrubbed. */
export class PlaybackBar {
  readonly element: HTMLElement
  readonly #play: HTMLButtonElement
  readonly #slider: HTMLInputElement
  readonly #time = el('output')
  readonly #from: number
  readonly #to: number
  readonly #events: PlaybackEvents
  /** The moment of the recording that is shown. */
  position: number
  #playedAt: number | undefined

  constructor(name: string, from: number, to: number, events: PlaybackEvents) {
    this.#from = from
    this.#to = to
    this.position = to
    this.#events = events
    this.#play = el('button', { type: 'button', onclick: () => this.#toggle() }, 'Play')
    this.#slider = el('input', { type: 'range', min: 0, max: to - from, step: 'any', 'aria-label': 'Moment' })
    this.#slider.addEventListener('input', () => this.#seek(this.#slider.valueAsNumber))
    this.element = el(
      'div',
      { class: 'playback', role: 'group', 'aria-label': 'Recording' },
      el('b', {}, name.slice(0, 60)),
      this.#play,
      this.#slider,
      this.#time,
      el('button', { type: 'button', onclick: () => events.closed() }, 'Close recording'),
    )
    this.#show()
  }

  get isPlaying(): boolean {
    return this.#playedAt !== undefined
  }

  /** Moves on by the time that has passed, while it plays. */
  advance(): void {
    if (this.#playedAt === undefined) return
    const now = performance.now()
    this.position = Math.min(this.#to, this.position + now - this.#playedAt)
    this.#playedAt = this.position < this.#to ? now : undefined
    this.#show()
  }

  #toggle(): void {
    if (!this.isPlaying && this.position === this.#to) this.position = this.#from
    this.#playedAt = this.isPlaying ? undefined : performance.now()
    this.#show()
    this.#events.sought()
  }

  #seek(part: number): void {
    // A sum that is rounded down would leave out what happened last.
    this.position = part < Number(this.#slider.max) ? this.#from + part : this.#to
    this.#show()
    this.#events.sought()
  }

  #show(): void {
    setText(this.#play, this.isPlaying ? 'Stop' : 'Play')
    const time = `${ms(this.position - this.#from)} of ${ms(this.#to - this.#from)}`
    setText(this.#time, time)
    setAttribute(this.#slider, 'aria-valuetext', time)
    const value = this.position - this.#from
    if (Math.abs(this.#slider.valueAsNumber - value) > 0.5) this.#slider.value = String(value)
  }
}
