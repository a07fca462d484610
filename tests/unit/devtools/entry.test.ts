import { expect, it } from 'vitest'
import { AtelierDevtools } from '../../../ts/devtools.ts'

it('the entry can be imported where there is no page, and defines nothing there', () => {
  expect(typeof AtelierDevtools).toBe('function')
  expect('customElements' in globalThis || 'HTMLElement' in globalThis).toBe(false)
})
