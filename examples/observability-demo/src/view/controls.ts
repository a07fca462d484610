/** The controls of a scenario: groups of fields with typed values, and buttons. */
import { find } from '../../../image-pipeline/src/view/dom.ts'
import { everyFrame } from './frames.ts'

export type Field<Value> = { element: HTMLElement; value: () => Value }

type ValuesOf<Fields extends Record<string, Field<unknown>>> = {
  readonly [Name in keyof Fields]: Fields[Name] extends Field<infer Value> ? Value : never
}

export class Controls {
  readonly #form: HTMLFormElement
  readonly #actions: HTMLElement
  readonly #stop: () => void
  /** The buttons that do something only at times, each with what says when. */
  readonly #fitful = new Map<HTMLButtonElement, () => boolean>()

  constructor(form: HTMLFormElement) {
    this.#form = form
    this.#actions = document.createElement('div')
    this.#actions.className = 'actions'
    form.append(this.#actions)
    form.onsubmit = event => event.preventDefault()
    this.#stop = everyFrame(() => {
      for (const [button, isUseful] of this.#fitful) button.disabled = !isUseful()
    })
  }

  /** Adds fields under a legend. The values are read from the fields on each access. */
  group<Fields extends Record<string, Field<unknown>>>(
    legend: string,
    fields: Fields,
    changed?: () => void,
  ): ValuesOf<Fields> {
    const fieldset = document.createElement('fieldset')
    const title = document.createElement('legend')
    title.textContent = legend
    fieldset.append(title, ...Object.values(fields).map(field => field.element))
    if (changed) fieldset.addEventListener('change', changed)
    this.#actions.before(fieldset)
    const values = {} as ValuesOf<Fields>
    for (const [name, field] of Object.entries(fields)) {
      Object.defineProperty(values, name, { get: field.value, enumerable: true })
    }
    return values
  }

  /** @param isUseful - whether the button would do something now. Default: always. */
  button(
    label: string,
    pressed: () => void,
    style: 'primary' | 'plain' = 'plain',
    isUseful?: () => boolean,
  ): HTMLButtonElement {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = style === 'primary' ? 'button primary' : 'button'
    button.textContent = label
    button.addEventListener('click', pressed)
    this.#actions.append(button)
    if (isUseful) this.#fitful.set(button, isUseful)
    return button
  }

  clear(): void {
    this.#stop()
    this.#form.replaceChildren()
  }
}

let fields = 0

/** A slider over these values, in their order. `show` formats a value as text. */
export function slider<Value extends number | undefined>(
  label: string,
  values: readonly Value[],
  initial: Value,
  show: (value: Value) => string,
): Field<Value> {
  const id = `field-${fields++}`
  const element = document.createElement('div')
  element.className = 'control'
  element.innerHTML = `<label for="${id}"></label><output for="${id}"></output><input id="${id}" class="slider" type="range" min="0" step="1" />`
  find('label', HTMLLabelElement, element).textContent = label
  const input = find('input', HTMLInputElement, element)
  input.max = String(values.length - 1)
  input.value = String(values.indexOf(initial))
  const value = () => values[input.valueAsNumber] as Value
  const tell = () => {
    const text = show(value())
    input.setAttribute('aria-valuetext', text)
    find('output', HTMLOutputElement, element).textContent = text
  }
  input.addEventListener('input', tell)
  tell()
  return { element, value }
}

export function toggle(label: string): Field<boolean> {
  const id = `field-${fields++}`
  const element = document.createElement('div')
  element.className = 'control toggle'
  element.innerHTML = `<input id="${id}" type="checkbox" /><label for="${id}"></label>`
  find('label', HTMLLabelElement, element).textContent = label
  const input = find('input', HTMLInputElement, element)
  return { element, value: () => input.checked }
}

/** The integers from `low` to `high`. */
export function range(low: number, high: number): number[] {
  return Array.from({ length: high - low + 1 }, (_, index) => low + index)
}
