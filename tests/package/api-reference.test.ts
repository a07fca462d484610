import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const reference = readFileSync(path('docs/api-reference.md'), 'utf8')

it('the reference is what the doc comments say now', { timeout: 60_000 }, () => {
  // Fails with the command that writes it.
  execFileSync(process.execPath, [path('docs/api-reference.mjs'), '--check'], { stdio: 'pipe' })
})

it('the reference begins with createTaskRuntime and has a section for every entry point', () => {
  const { exports } = JSON.parse(readFileSync(path('package.json'), 'utf8')) as { exports: object }
  const entries = Object.keys(exports)
    .filter(name => name !== './package.json')
    .map(name => `@varunkanwar/atelier${name.slice(1)}`)
  const headings = [...reference.matchAll(/^##+ (.*)$/gm)].map(([, heading]) => heading)
  expect(headings.slice(0, 2)).toEqual(['@varunkanwar/atelier', 'createTaskRuntime'])
  expect(headings).toEqual(expect.arrayContaining(entries))
})

it('every option of createTaskRuntime, defineTask and with() has a meaning in the reference', () => {
  for (const type of ['RuntimeConfig', 'TaskConfig', 'TaskDispatchOptions', 'TaskWorkerOptions']) {
    const [, section = ''] = reference.split(`\n### ${type}\n`)
    const rows = [...(section.split('\n### ')[0] ?? '').matchAll(/^\| (`.*) \|$/gm)].map(([, row = '']) =>
      row.split(/(?<!\\)\|/).map(cell => cell.trim()),
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const [name, , meaning] of rows) expect(meaning, `${type}.${name}`).not.toBe('')
  }
})
