/** A worker that speaks Comlink's protocol by itself, on the port of a function of the page. */
import { proxy } from 'comlink'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    let port: MessagePort | undefined
    const { start } = MessagePort.prototype
    MessagePort.prototype.start = function () {
      port = this
      Reflect.apply(start, this, [])
    }
    const code = [{ type: 'RAW', value: 'globalThis.reached = true' }]
    const forged: object[] = [
      { type: 'GET', path: ['constructor'] },
      { type: 'GET', path: ['secret'] },
      { type: 'SET', path: ['secret'], value: { type: 'RAW', value: 2 } },
      { type: 'SET', path: ['__proto__', 'reached'], value: { type: 'RAW', value: 2 } },
      { type: 'CONSTRUCT', path: ['constructor'], argumentList: code },
      { type: 'APPLY', path: ['constructor'], argumentList: code },
      { type: 'APPLY', path: 'constructor', argumentList: code },
      { type: 'APPLY', path: ['call', 'constructor'], argumentList: code },
      { type: 'ENDPOINT' },
      { type: 'APPLY', path: [], argumentList: [{ type: 'HANDLER', name: 'throw', value: { value: 1 } }] },
      { type: 'APPLY', path: [], argumentList: [{ type: 'HANDLER', name: 'proxy', value: 1 }] },
      { type: 'APPLY', path: [], argumentList: { length: 3 } },
      { type: 'APPLY', path: [], argumentList: new Array(4_294_967_295) },
      { type: 'APPLY', path: new Array(4_294_967_295), argumentList: [] },
      { type: 'APPLY' },
      {},
    ]
    return {
      async forge(callback: (n: number) => Promise<string>) {
        const answers: unknown[] = []
        port?.addEventListener('message', ({ data }) => answers.push(data?.value?.value?.name))
        for (const message of [null, 1, [], { id: 7, type: 'RELEASE' }]) port?.postMessage(message)
        for (const [n, message] of forged.entries()) port?.postMessage({ id: `f${n}`, ...message })
        const answer = await callback(1)
        return [answer, answers.filter(name => name)]
      },
    }
  })
  const calls: unknown[][] = []
  const callback = proxy(Object.assign((...args: unknown[]) => `call ${calls.push(args)}`, { secret: 1 }))
  const answered = await t.settles(task.forge(callback as never))
  t.equal(answered, ['call 1', Array(16).fill('TypeError')])
  t.equal(calls, [[1]])
  t.equal(callback.secret, 1)
  t.equal('reached' in globalThis, false, 'whether the worker ran code in the page')
}) satisfies Case
