import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    say(map: Map<string, unknown[] & { port: MessagePort }>) {
      map.get('list')?.port.postMessage('hello')
    },
  }))
  const { port1, port2 } = new MessageChannel()
  const heard = new Promise(resolve => {
    port1.onmessage = event => resolve(event.data)
  })
  await t.settles(task.say(new Map([['list', Object.assign([], { port: port2 })]])))
  t.equal(await t.settles(heard, 'the message'), 'hello')
}) satisfies Case
