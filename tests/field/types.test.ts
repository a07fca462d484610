/**
 * What compiles against the package as it is installed, and what does not: each file of types/ by itself, where
 * `@ts-expect-error` marks what must be refused. Its first line may add options: `// tsc: --lib es2022`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Consumer, installPackage } from '../support/consumer.ts'
import { filesOf } from '../support/guide.ts'

const folder = new URL('types/', import.meta.url)
const OPTIONS = [
  ...['--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--module', 'esnext'],
  ...['--moduleResolution', 'bundler', '--types', '', '--skipLibCheck', 'true'],
]

let consumer: Consumer

beforeAll(() => {
  consumer = installPackage()
})

afterAll(() => consumer.remove())

function complaints(file: string, text: string, options: string[]): string {
  consumer.write({ [file]: text })
  return consumer.tsc(...OPTIONS, ...options, file)
}

describe('An application compiles or is refused as it should', () => {
  it.each(readdirSync(folder))('in %s', file => {
    const text = readFileSync(new URL(file, folder), 'utf8')
    const options = /^\/\/ tsc: (.*)$/m.exec(text)?.[1]?.split(' ') ?? []
    expect(complaints(file, text, ['--noEmit', ...options])).toBe('')
  })
})

describe('The worker files of the guide have declarations of their own', () => {
  const workers = Object.entries(filesOf('worker-setup')).filter(([file]) => file.endsWith('.worker.ts'))
  it.each(workers)('in %s', (file, text) => {
    expect(complaints(file, text, ['--isolatedDeclarations', '--declaration'])).toBe('')
  })
})
