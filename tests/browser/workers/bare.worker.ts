// Written by hand, without this package: describes what it is sent.
import { describe } from '../differential/describe.ts'

addEventListener('message', ({ data }) => {
  try {
    postMessage(data === null ? 'nothing' : describe(data.value))
  } catch (error) {
    postMessage(`described badly: ${error}`)
  }
})
addEventListener('messageerror', () => postMessage('unreadable'))
