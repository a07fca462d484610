import { expect, it } from 'vitest'
import { Filter } from '../../../../ts/devtools/model/filter.ts'

const call = { id: 'resize-7', method: 'thumbnail', key: 'Album:1', trace: 'import', priority: 0 }

it.each([
  ['', true],
  ['thumb', true],
  ['THUMB album', true],
  ['thumb video', false],
  ['method:thumb', true],
  ['method:album', false],
  ['key:album:1', true],
  ['key:album:2', false],
  ['trace:imp id:resize-7', true],
  ['task:photos', true],
  ['task:', true],
  ['size: photos', false],
])('the filter %j finds the call: %s', (text, found) => {
  expect(new Filter(text).matches(call, 'resize photos')).toBe(found)
})

it('a call without a key is found by no key', () => {
  expect(new Filter('key:a').matches({ ...call, key: undefined }, '')).toBe(false)
})
