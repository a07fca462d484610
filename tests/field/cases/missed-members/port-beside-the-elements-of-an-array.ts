import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    say: (list: number[] & { port: MessagePort }) => list.port.postMessage(list.length),
  }))
  const { port1, port2 } = new MessageChannel()
  const heard = new Promise(resolve => {
    port1.onmessage = event => resolve(event.data)
  })
  await t.settles(task.say(Object.assign([1, 2], { port: port2 })))
  t.equal(await t.settles(heard, 'the message'), 2)
}) satisfies Case
