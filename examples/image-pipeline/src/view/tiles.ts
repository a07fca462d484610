/** One tile per picture, in the order in which the pictures came. */
import {
  canRetry,
  type Developed,
  isOpen,
  type Picture,
  type Position,
  type Stage,
  type Standing,
} from '../picture.ts'
import { cloneOf, find, setText } from './dom.ts'
import { bytes, hex, percent } from './format.ts'

export type TileActions = {
  open: (picture: Picture) => void
  cancel: (picture: Picture) => void
  retry: (picture: Picture) => void
  download: (picture: Picture) => void
}

const DOING: Record<Stage, string> = {
  open: 'Opening',
  resize: 'Decode + resize',
  analyze: 'Analyze',
  encode: 'Encode',
}

/** The stages that are shown as steps. */
const STEPS: readonly Stage[] = ['resize', 'analyze', 'encode']

export class Tiles {
  readonly #list = find('#tiles', HTMLUListElement)
  readonly #tiles = new Map<Picture, Tile>()
  readonly #actions: TileActions

  constructor(actions: TileActions) {
    this.#actions = actions
  }

  add(pictures: Picture[]): void {
    const fragment = document.createDocumentFragment()
    for (const picture of pictures) {
      const tile = new Tile(picture, this.#actions)
      this.#tiles.set(picture, tile)
      fragment.append(tile.element)
    }
    this.#list.append(fragment)
  }

  show(picture: Picture): void {
    this.#tiles.get(picture)?.show()
  }

  clear(): void {
    this.#tiles.clear()
    this.#list.replaceChildren()
  }
}

class Tile {
  readonly element: HTMLElement
  readonly #picture: Picture
  readonly #detail: HTMLElement
  readonly #ring: HTMLElement
  readonly #steps: HTMLElement[]
  readonly #open: HTMLButtonElement
  readonly #cancel: HTMLButtonElement
  readonly #download: HTMLButtonElement
  readonly #retry: HTMLButtonElement

  constructor(picture: Picture, actions: TileActions) {
    const copy = cloneOf('#tile')
    this.element = find('.tile', HTMLElement, copy)
    this.#picture = picture
    this.#detail = find('.detail', HTMLElement, copy)
    this.#ring = find('.ring', HTMLElement, copy)
    this.#steps = STEPS.map(step => find(`[data-step="${step}"]`, HTMLElement, copy))
    const button = (action: keyof TileActions, label: string) => {
      const element = find(`.${action}`, HTMLButtonElement, copy)
      element.setAttribute('aria-label', `${label} ${picture.source.name}`)
      element.addEventListener('click', () => actions[action](picture))
      return element
    }
    this.#open = button('open', 'Open')
    this.#cancel = button('cancel', 'Cancel')
    this.#download = button('download', 'Download')
    this.#retry = button('retry', 'Retry')
    const name = find('.name', HTMLElement, copy)
    name.textContent = picture.source.name
    name.title = picture.source.name
    this.show()
  }

  show(): void {
    const { standing } = this.#picture
    this.element.dataset.state = standing.at
    this.element.dataset.stage = standing.at === 'started' ? standing.stage : ''
    this.#offer()
    this.#showPosition(standing)
    if (standing.at === 'done') this.#reveal(standing.developed)
    else setText(this.#detail, told(standing))
  }

  /** Shows the buttons that make sense now. If the focused button disappears, the focus moves to its successor. */
  #offer(): void {
    const focused = this.element.contains(document.activeElement)
    const done = this.#picture.standing.at === 'done'
    this.#open.hidden = !done
    this.#cancel.hidden = !isOpen(this.#picture)
    this.#download.hidden = !done
    this.#retry.hidden = !canRetry(this.#picture)
    if (focused) [this.#cancel, this.#download, this.#retry].find(button => !button.hidden)?.focus()
  }

  /** Fills the steps as far as the image has come, and the ring with the mean of them. A canceled image keeps what it had. */
  #showPosition(standing: Standing): void {
    const position =
      standing.at === 'canceled' ? standing.from : standing.at === 'started' ? standing : undefined
    const current = position ? STEPS.indexOf(position.stage) : -1
    for (const [index, step] of this.#steps.entries()) {
      const part = index < current ? 1 : index === current ? (position?.part ?? 0) : 0
      step.dataset.progress = index < current ? 'done' : index === current ? 'now' : 'later'
      step.style.setProperty('--part', String(part))
    }
    const whole = current < 0 ? 0 : (current + (position?.part ?? 0)) / STEPS.length
    this.#ring.style.setProperty('--part', String(whole))
    setText(this.#ring, isOpen(this.#picture) ? percent(whole) : '')
  }

  #reveal(developed: Developed): void {
    this.#open.replaceChildren(thumbnailOf(developed, this.#picture.source.name))
    const { sourceWidth, sourceHeight, sourceBytes, width, height, file } = developed
    this.#detail.replaceChildren(
      line(`${sourceWidth}×${sourceHeight}`, `${width}×${height}`),
      line(bytes(sourceBytes), bytes(file.size)),
    )
    find('.figures', HTMLElement, this.element).hidden = false
    this.#showColors(developed)
    for (const [channel, bins] of Object.entries(developed.histogram)) {
      find(`[data-channel="${channel}"]`, SVGPathElement, this.element).setAttribute(
        'd',
        outline(bins, developed),
      )
    }
  }

  #showColors({ colors }: Developed): void {
    const bar = find('.colors', HTMLElement, this.element)
    const told = colors.map(color => `${hex(color)} ${Math.round(color.share * 100)} %`)
    bar.setAttribute('aria-label', `Dominant colors: ${told.join(', ')}`)
    bar.replaceChildren(
      ...colors.map((color, index) => {
        const swatch = document.createElement('span')
        swatch.style.background = hex(color)
        swatch.style.flexGrow = String(Math.max(0.06, color.share))
        swatch.title = told[index] ?? ''
        return swatch
      }),
    )
  }
}

function told(standing: Exclude<Standing, { at: 'done' }>): string {
  switch (standing.at) {
    case 'queued':
      return 'Not started'
    case 'started':
      return place(standing)
    case 'failed':
      return standing.reason
    case 'dropped':
      return 'Dropped: the queue was full'
    case 'canceled':
      return standing.from ? `Canceled: ${place(standing.from)}` : 'Canceled'
  }
}

function place({ stage, part }: Position): string {
  return part === undefined ? DOING[stage] : `${DOING[stage]}, ${percent(part)}`
}

/** The URL keeps the thumbnail's file in memory, so it is revoked once the image is loaded. */
function thumbnailOf({ thumbnail }: Developed, name: string): HTMLImageElement {
  const image = new Image()
  const url = URL.createObjectURL(thumbnail)
  const release = () => URL.revokeObjectURL(url)
  image.addEventListener('load', release, { once: true })
  image.addEventListener('error', release, { once: true })
  image.alt = `Result of ${name}`
  image.src = url
  return image
}

function line(before: string, after: string): HTMLElement {
  const element = document.createElement('span')
  const result = document.createElement('b')
  result.textContent = after
  element.append(`${before} → `, result)
  return element
}

/** An area under the bins in a box of 64 × 24. Square roots keep a single tall bin from flattening the rest. */
function outline(bins: Uint32Array, { histogram }: Developed): string {
  const peak = Math.sqrt(Math.max(1, ...histogram.red, ...histogram.green, ...histogram.blue))
  const step = 64 / (bins.length - 1)
  const points = Array.from(
    bins,
    (count, bin) => `${(bin * step).toFixed(1)} ${(24 - (Math.sqrt(count) / peak) * 24).toFixed(1)}`,
  )
  return `M0 24L${points.join('L')}L64 24Z`
}
