import type { TaskConfig, TaskRuntime } from '@varunkanwar/atelier'
import { AtelierDevtools } from '@varunkanwar/atelier/devtools'
import { expect, onTestFinished } from 'vitest'
import { soon } from '../support/soon.ts'
import { jobs } from './jobs.ts'

/** A panel in the page, removed when the test ends, and how a reader finds their way about it. */
export class OpenPanel {
  readonly element = new AtelierDevtools()

  constructor(...runtimes: TaskRuntime[]) {
    for (const runtime of runtimes) this.element.attach(runtime)
    document.body.append(this.element)
    onTestFinished(() => this.element.remove())
  }

  get root(): ShadowRoot {
    return this.element.shadowRoot as ShadowRoot
  }

  one<E extends HTMLElement = HTMLElement>(selector: string): E {
    const found = this.root.querySelector<E>(selector)
    if (!found) throw new Error(`Nothing matches ${selector}`)
    return found
  }

  all(selector: string): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>(selector)]
  }

  /** The button with this text or name that is seen. */
  button(name: string): HTMLButtonElement {
    const named = (button: HTMLElement) => (button.getAttribute('aria-label') ?? button.textContent) === name
    const found = this.all('button').find(button => named(button) && button.getClientRects().length > 0)
    if (!found) throw new Error(`No button is called ${name}`)
    return found as HTMLButtonElement
  }

  /** What is read of the rows of the list of calls. */
  calls(): string[] {
    return this.all('.calls tbody tr').map(row => [...row.children].map(cell => cell.textContent).join(' '))
  }

  /** Waits until a row of the list of calls has these words. */
  async row(...words: string[]): Promise<HTMLElement> {
    return soon(() => {
      const found = this.all('.calls tbody tr').find(row =>
        words.every(word => row.textContent?.includes(word)),
      )
      expect(found, `a row with ${words.join(', ')} among\n${this.calls().join('\n')}`).toBeDefined()
      return found as HTMLElement
    })
  }

  filter(text: string): void {
    const field = this.one<HTMLInputElement>('input[type=search]')
    field.value = text
    field.dispatchEvent(new Event('input'))
  }

  press(target: HTMLElement, key: string): void {
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  }

  /** How many of the canvas's pixels have each color, by what a style sheet calls it. */
  colors(...names: string[]): Record<string, number> {
    const canvas = this.one<HTMLCanvasElement>('canvas')
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
    const counts = new Map<string, number>()
    for (let at = 0; at < data.length; at += 4) {
      const color = `${data[at]},${data[at + 1]},${data[at + 2]}`
      counts.set(color, (counts.get(color) ?? 0) + 1)
    }
    const style = getComputedStyle(this.element)
    const rgb = (hex: string) => [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16)).join(',')
    return Object.fromEntries(
      names.map(name => [name, counts.get(rgb(style.getPropertyValue(`--${name}`).trim())) ?? 0]),
    )
  }
}

/** A panel for a task over real workers. */
export function panelWithJobs(config: Partial<TaskConfig> = {}) {
  const made = jobs({ type: 'parallel', poolSize: 2, ...config })
  return { ...made, panel: new OpenPanel(made.runtime) }
}
