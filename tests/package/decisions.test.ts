import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const folder = new URL('../../docs/decisions/', import.meta.url)

it('the list of decision records has each of them, in their order', () => {
  const records = readdirSync(folder).filter(name => name !== 'README.md')
  const list = readFileSync(new URL('README.md', folder), 'utf8')
  const listed = [...list.matchAll(/^\| \[(\d{4})\]\(((\d{4})[^)]+)\)/gm)]
  expect(listed.map(([, , name]) => name)).toEqual(records.sort())
  for (const [, number, , inName] of listed) expect(number).toBe(inName)
})
