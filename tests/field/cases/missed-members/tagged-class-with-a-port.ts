import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  class Session {
    constructor(readonly port: MessagePort) {}
    get [Symbol.toStringTag]() {
      return 'Session'
    }
  }
  const task = t.task(() => ({ say: ({ port }: { port: MessagePort }) => port.postMessage('hello') }))
  const { port1, port2 } = new MessageChannel()
  const heard = new Promise(resolve => {
    port1.onmessage = event => resolve(event.data)
  })
  await t.settles(task.say(new Session(port2)))
  t.equal(await t.settles(heard, 'the message'), 'hello')
}) satisfies Case
