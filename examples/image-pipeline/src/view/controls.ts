/** The settings form: values in, `Settings` out, and a forecast of what they will do. */
import type { QueuePolicy } from '@varunkanwar/atelier'
import type { ImageType } from '../pixels/canvas.ts'
import type { Settings } from '../settings.ts'
import { find, setText } from './dom.ts'
import { plural } from './format.ts'

const POLICIES: Record<QueuePolicy, string> = {
  block: 'Callers wait at the door until there is room.',
  reject: 'A call that finds the queue full fails at once.',
  'drop-latest': 'The newest call is dropped.',
  'drop-oldest': 'The call that has been pending longest makes room for the new one.',
}

/** How many pending calls a queue holds for each one in flight, by default. */
const DEPTH_PER_WORKER = 2

export class Controls {
  readonly #form = find('#controls', HTMLFormElement)
  readonly #longestSide = find('#longest-side', HTMLInputElement)
  readonly #type = find('#type', HTMLSelectElement)
  readonly #poolSize = find('#pool-size', HTMLInputElement)
  readonly #limit = find('#limit', HTMLInputElement)
  readonly #policy = find('#policy', HTMLSelectElement)

  constructor(changed: (settings: Settings) => void) {
    const workers = Math.min(navigator.hardwareConcurrency || 4, 4)
    this.#poolSize.value = String(workers)
    this.#limit.value = String(workers * 4)
    find('#settings', HTMLDetailsElement).open = matchMedia('(min-width: 60rem)').matches
    this.#form.addEventListener('input', () => this.#explain())
    this.#form.addEventListener('change', () => changed(this.settings))
    this.#form.addEventListener('submit', event => event.preventDefault())
    this.#explain()
  }

  get settings(): Settings {
    return {
      longestSide: this.#longestSide.valueAsNumber,
      type: this.#type.value as ImageType,
      poolSize: this.#poolSize.valueAsNumber,
      limit: this.#limit.valueAsNumber,
      policy: this.#policy.value as QueuePolicy,
    }
  }

  /** A run keeps the settings with which it began. */
  lock(locked: boolean): void {
    for (const fieldset of this.#form.querySelectorAll('fieldset')) fieldset.disabled = locked
    this.#explain(locked)
  }

  #explain(locked = false): void {
    for (const output of this.#form.querySelectorAll('output')) {
      const input = find(`#${output.htmlFor}`, HTMLInputElement)
      const unit = input.dataset.unit ?? ''
      setText(
        output,
        unit === 'px' ? `${input.value} px` : plural(input.valueAsNumber, unit.replace(/s$/, '')),
      )
    }
    const { poolSize, limit, policy } = this.settings
    setText(find('#policy-meaning', HTMLElement), `${POLICIES[policy]} Applies to decode + resize.`)
    setText(
      find('#forecast', HTMLElement),
      locked ? 'The settings are fixed while a run is on.' : forecast(poolSize, limit, policy),
    )
  }
}

/** What the first queue will do when `limit` images arrive at once. */
function forecast(poolSize: number, limit: number, policy: QueuePolicy): string {
  const pending = poolSize * DEPTH_PER_WORKER
  const over = limit - poolSize - pending
  const room = `Decode + resize has room for ${poolSize} in flight and ${pending} pending.`
  if (over <= 0) return `${room} A limit of ${limit} never fills it.`
  return policy === 'block'
    ? `${room} A limit of ${limit} leaves up to ${over} waiting.`
    : `${room} A limit of ${limit} overfills it: expect dropped images.`
}
