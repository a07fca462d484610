import type { TaskRuntime } from '../api/runtime.ts'
import { LiveRuntime } from './live/live-runtime.ts'
import { RecordedRuntime } from './playback/recorded-runtime.ts'
import { el, iconButton } from './view/dom.ts'
import { Panel } from './view/panel.ts'
import { RecordingTools } from './view/recording-tools.ts'
import { styleSheet } from './view/styles.ts'

/** Options of `attach()`. */
export type AttachOptions = {
  /** What the panel calls the runtime. Default `Runtime 1`, `Runtime 2`, … */
  name?: string | undefined
}

/** Options of `openRecording()`. */
export type RecordingOptions = {
  /** What the panel calls the recording. Default `Recording`. */
  name?: string | undefined
}

/** Where there is no page there is no element to extend; importing this must work there. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement

/**
 * `<atelier-devtools>`: what runtimes do, as it happens. Nothing is shown of a runtime before `attach()`.
 *
 * It fills the box that the page gives it. Attributes: `docked` puts it at the lower edge of the window, closed until its button or the
 * attribute `open` opens it; `theme` is `dark` or `light`, by default as the reader has it.
 *
 * While it is not rendered (closed, removed, `display: none`) it is not connected to any runtime. Out of sight it notes what happens, and
 * draws nothing.
 */
export class AtelierDevtools extends Base {
  static readonly observedAttributes = ['docked', 'open', 'theme']

  readonly #runtimes = new Map<TaskRuntime, LiveRuntime>()
  readonly #panel: Panel
  readonly #opener: HTMLButtonElement
  readonly #closer: HTMLButtonElement
  readonly #grip: HTMLElement
  readonly #tools: RecordingTools
  #named = 0
  #isRendered = false
  #isInSight = true
  #watching: AbortController | undefined

  constructor() {
    super()
    this.#closer = iconButton('close', 'Close the panel', () => this.#toggle(false))
    this.#opener = el(
      'button',
      { type: 'button', class: 'opener', onclick: () => this.#toggle(true) },
      'Atelier',
    )
    this.#opener.setAttribute('aria-label', 'Open Atelier devtools')
    this.#tools = new RecordingTools(
      (bytes, name) => this.openRecording(bytes, { name }),
      text => this.#panel.notice(text),
    )
    this.#panel = new Panel(this.#tools.element, this.#closer)
    this.#grip = grip(this)
    this.#panel.element.append(this.#grip)
    const root = this.attachShadow({ mode: 'open' })
    root.adoptedStyleSheets = [styleSheet()]
    root.append(this.#opener, this.#panel.element)
  }

  /**
   * Shows a runtime. Attaching it again renames it.
   *
   * @returns a function that detaches it.
   * @throws TypeError for what is no runtime of this copy of the package, or a name that is no string.
   */
  attach(runtime: TaskRuntime, options: AttachOptions = {}): () => void {
    const { name = `Runtime ${this.#named + 1}` } = options
    if (typeof name !== 'string') throw new TypeError(`attach: name must be a string, not ${typeof name}`)
    this.detach(runtime)
    this.#runtimes.set(runtime, new LiveRuntime(runtime, name, () => this.#panel.loop.wake()))
    this.#named++
    this.#changed()
    return () => this.detach(runtime)
  }

  /** Forgets a runtime. Does nothing if it is not attached. */
  detach(runtime: TaskRuntime): void {
    const live = this.#runtimes.get(runtime)
    if (!live) return
    live.unwatch()
    this.#runtimes.delete(runtime)
    this.#changed()
  }

  /**
   * Shows a recording instead of the attached runtimes, until the reader closes it.
   *
   * @param bytes - what `recordingOf()` returned.
   * @throws RecordingError, TypeError or Error as `replay` does.
   */
  openRecording(bytes: Uint8Array, { name = 'Recording' }: RecordingOptions = {}): void {
    this.#panel.open(new RecordedRuntime(bytes), String(name))
  }

  connectedCallback(): void {
    const watching = new AbortController()
    this.#watching = watching
    const { signal } = watching
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', () => this.#panel.recolor(), { signal })
    document.addEventListener('visibilitychange', () => this.#sync(), { signal })
    const sight = new IntersectionObserver(([entry]) => entry && this.#see(entry))
    sight.observe(this)
    const size = new ResizeObserver(() => this.#resized())
    size.observe(this)
    signal.addEventListener('abort', () => {
      sight.disconnect()
      size.disconnect()
    })
    // The observer comes a frame later, and calls that are made until then are to be seen.
    this.#isRendered = this.getClientRects().length > 0
    this.#isInSight = true
    this.#panel.recolor()
    this.#resized()
    this.#sync()
  }

  disconnectedCallback(): void {
    this.#watching?.abort()
    this.#watching = undefined
    this.#sync()
  }

  attributeChangedCallback(name: string): void {
    if (name === 'theme') this.#panel.recolor()
    this.#sync()
  }

  #see({ isIntersecting, boundingClientRect: { width, height } }: IntersectionObserverEntry): void {
    this.#isRendered = width > 0 || height > 0
    this.#isInSight = isIntersecting
    this.#sync()
  }

  #resized(): void {
    this.#panel.resize()
    this.#grip.setAttribute('aria-valuenow', String(Math.round((100 * this.offsetHeight) / innerHeight)))
  }

  #toggle(isOpen: boolean): void {
    this.toggleAttribute('open', isOpen)
    if (isOpen) this.#closer.focus()
    else this.#opener.focus()
  }

  #changed(): void {
    const runtimes = [...this.#runtimes.values()]
    this.#panel.setLive(runtimes.map(live => ({ name: live.name, model: live.model, live })))
    this.#tools.show(runtimes)
    this.#sync()
  }

  /** Watches the runtimes while the panel is rendered, and draws while it is seen. */
  #sync(): void {
    const isDocked = this.hasAttribute('docked')
    const isOpen = !isDocked || this.hasAttribute('open')
    this.#opener.hidden = isOpen
    this.#panel.element.hidden = !isOpen
    this.#closer.hidden = !isDocked
    this.#grip.hidden = !isDocked
    const isRendered = this.#watching !== undefined && isOpen && this.#isRendered
    for (const live of this.#runtimes.values()) {
      if (isRendered) live.watch()
      else live.unwatch()
    }
    if (isRendered && this.#isInSight && !document.hidden) this.#panel.loop.start()
    else this.#panel.loop.stop()
  }
}

const STEP = 24

/** The upper edge of a docked panel, by which its height is changed. */
function grip(host: HTMLElement): HTMLElement {
  const set = (height: number) => host.style.setProperty('--height', `${Math.max(200, height)}px`)
  const edge = el('div', {
    class: 'grip',
    role: 'separator',
    tabindex: 0,
    'aria-label': 'Height of the panel, in percent of the window',
    'aria-orientation': 'horizontal',
    onpointerdown: (event: PointerEvent) => edge.setPointerCapture(event.pointerId),
    onpointermove(event: PointerEvent) {
      if (edge.hasPointerCapture(event.pointerId)) set(innerHeight - event.clientY)
    },
    onkeydown({ key }: KeyboardEvent) {
      if (key === 'ArrowUp') set(host.offsetHeight + STEP)
      if (key === 'ArrowDown') set(host.offsetHeight - STEP)
    },
  })
  return edge
}
