import { AtelierDevtools } from '@varunkanwar/atelier/devtools'
import { expect, it } from 'vitest'
import guide from '../../docs/guides/look-inside.md?raw'
import { soon } from '../support/soon.ts'
import { jobs } from './jobs.ts'

it("the guide's code adds a panel that opens, and takes it away", async () => {
  const code = guide.split('## See it happen')[1]?.split('```ts\n')[1]?.split('```')[0] ?? ''
  const script = code
    .replace(/^import .*$/gm, '')
    .replace('export function', 'return function')
    .replace(/\(runtime: TaskRuntime\): \(\) => void/, '(runtime)')
  const addDevtools = new Function('AtelierDevtools', script)(AtelierDevtools)
  const { runtime, task } = jobs()
  const remove = addDevtools(runtime)
  const panel = document.querySelector('atelier-devtools')
  panel?.shadowRoot?.querySelector<HTMLElement>('.opener')?.click()
  await task.echo(1)
  await soon(() => expect(panel?.shadowRoot?.querySelector('.task')?.textContent).toContain('jobs'))
  remove()
  expect(document.querySelector('atelier-devtools')).toBeNull()
})
