import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const dist = fileURLToPath(new URL('../../dist', import.meta.url))
const scripts = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.js'))

it('the published JavaScript that is checked includes the kernel and the worker', () => {
  expect(scripts).toEqual(
    expect.arrayContaining(['index.js', 'worker.js', join('page', 'kernel', 'pkg', 'kernel.js')]),
  )
})

/** A recording is saved by a link to a blob, which no policy takes for a script. */
const SAVES_A_FILE = join('devtools', 'view', 'recording-tools.js')

it.each([
  ['evaluates strings as code', /\beval\s*\(|\bFunction\s*\(|setTimeout\(\s*['"`]|importScripts/],
  [
    'creates scripts or markup from strings',
    /createObjectURL|['"`](?:blob|data|javascript):|innerHTML|document\.write/,
  ],
  ['accesses the network', /\bfetch\s*\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon/],
  ['stores data', /localStorage|sessionStorage|indexedDB|document\.cookie/],
])('the published JavaScript never %s', (_, forbidden) => {
  for (const name of scripts) {
    const text = readFileSync(join(dist, name), 'utf8')
    const checked = name === SAVES_A_FILE ? text.replace('URL.createObjectURL(new Blob(', '') : text
    expect(checked, name).not.toMatch(forbidden)
  }
})
