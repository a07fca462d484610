import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Consumer, installPackage } from '../support/consumer.ts'

let consumer: Consumer
beforeAll(() => {
  consumer = installPackage()
})
afterAll(() => consumer.remove())

/** Returns what a linter prints about the tarball. Throws if it finds a problem. */
function lint(tool: string, ...args: string[]): string {
  const command = fileURLToPath(new URL(`node_modules/.bin/${tool}`, import.meta.url))
  return execFileSync(command, [consumer.tarball, ...args], { encoding: 'utf8' })
}

it('publint reports neither errors nor warnings nor suggestions', () => {
  expect(lint('publint', '--strict')).toContain('All good!')
})

it('"are the types wrong?" reports problems in no resolution mode, except that CommonJS has to import() an ES module', () => {
  expect(lint('attw', '--ignore-rules', 'cjs-resolves-to-esm')).toContain('No problems found')
})
