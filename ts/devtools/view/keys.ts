import type { LiveRuntime } from '../live/live-runtime.ts'
import { el } from './dom.ts'

/** Aborts a key of a runtime, or, once it is aborted, allows it again. */
export function keyButton(live: LiveRuntime, key: string, say: (text: string) => void): HTMLButtonElement {
  const { abortTaskController: keys } = live.runtime
  const button = el('button', { type: 'button' })
  const name = () => {
    button.textContent = keys.isAborted(key) ? 'Allow the key again' : 'Abort the key'
  }
  button.addEventListener('click', () => {
    if (keys.isAborted(key)) {
      keys.clear(key)
      say(`Calls with the key ${key} are allowed again`)
    } else {
      keys.abort(key)
      say(`The calls with the key ${key} were aborted, and so are later ones until it is allowed again`)
    }
    name()
  })
  name()
  return button
}

/** A field for a key that no listed call has. */
export function keyForm(live: LiveRuntime, say: (text: string) => void): HTMLElement {
  const field = el('input', { 'aria-label': 'Key', placeholder: 'Key' })
  const place = el('span')
  const show = () => place.replaceChildren(...(field.value === '' ? [] : [keyButton(live, field.value, say)]))
  field.addEventListener('input', show)
  return el('div', { class: 'actions' }, field, place)
}
