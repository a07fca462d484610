/** The developer tools of the runtime, at the lower edge of the window. */
import type { TaskRuntime } from '@varunkanwar/atelier'
import { find } from './dom.ts'

/** Loads them when they are first asked for, so that no image waits for them. */
export function offerDevtools(runtime: TaskRuntime): void {
  const button = find('#look-inside', HTMLButtonElement)
  button.addEventListener('click', async () => {
    const { AtelierDevtools } = await import('@varunkanwar/atelier/devtools')
    const shown = document.querySelector('atelier-devtools')
    if (shown) return shown.toggleAttribute('open', true)
    const panel = new AtelierDevtools()
    panel.toggleAttribute('docked', true)
    panel.toggleAttribute('open', true)
    panel.attach(runtime)
    // Next in the order of the keyboard, wherever it is on the screen.
    button.after(panel)
  })
}
