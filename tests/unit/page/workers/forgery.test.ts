import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReplyKind } from '../../../../ts/shared/protocol.ts'
import { bench } from '../../../support/bench.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { turns } from '../../../support/turns.ts'

/** Values that look as if they meant something, and others. */
const content = fc.oneof(
  fc.constant({ toString: 1, valueOf: 1 }),
  fc.anything({ withDate: true, withMap: true, withSet: true, withTypedArray: true, withBigInt: true }),
  fc.array(fc.anything()),
  fc.record({ values: fc.anything(), handlers: fc.oneof(fc.anything(), fc.array(fc.string())) }),
)

const envelope = fc.record(
  {
    atelier: fc.oneof(fc.constantFrom('error', 'value'), fc.anything()),
    base: fc.oneof(
      fc.constantFrom('TypeError', 'DOMException', 'AggregateError', '__proto__'),
      fc.anything(),
    ),
    name: fc.anything(),
    message: fc.anything(),
    stack: fc.anything(),
    cause: fc.anything(),
    errors: fc.anything(),
    fields: fc.oneof(fc.anything(), fc.array(fc.tuple(fc.string(), fc.anything())), fc.array(fc.anything())),
    value: fc.anything(),
  },
  { requiredKeys: [] },
)

/** The fields of a reply, and other fields. */
const reply = fc.oneof(
  fc.tuple(
    fc.integer({ min: -1, max: 3 }),
    fc.oneof(fc.constantFrom(...Object.values(ReplyKind), 'proxy', 'throw'), fc.anything()),
    fc.oneof(content, envelope),
  ),
  fc.tuple(fc.constant(undefined), fc.constantFrom(...Object.values(ReplyKind)), fc.oneof(content, envelope)),
  fc.array(fc.oneof(content, envelope)),
)

/** The message as a batched port has it, and anything else. */
const message = fc.oneof(
  fc.record({
    atelier: fc.oneof(
      fc.array(reply).map(replies => replies.flat()),
      content,
    ),
  }),
  fc.record({ id: fc.string(), type: fc.string(), value: content }),
  reply,
)

describe('a worker that says what it should not', () => {
  it('neither settles the calls of another worker nor breaks the page', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 5 }), async messages => {
        const b = bench({ type: 'parallel', poolSize: 2, maxInFlight: 4, init: 'eager' })
        const calls = [0, 1, 2, 3].map(n => watch(b.task.run(n)))
        const honest = (await Promise.all([0, 1, 2, 3].map(n => b.job(n)))).filter(
          ({ worker }) => worker === 1,
        )
        for (const said of messages) {
          if (isCloneable(said)) b.workers[0]?.say(said)
          b.workers[0]?.dispatchEvent(new MessageEvent('message', { data: said }))
        }
        await turns(5)
        for (const { name } of honest) expect(calls[name as number]?.status).toBe('open')
        for (const { name, resolve } of honest) resolve(`answer ${name}`)
        await turns(5)
        for (const { name } of honest) expect(calls[name as number]?.value).toBe(`answer ${name}`)
        b.task.dispose()
        await turns(2)
        expect(calls.every(({ status }) => status !== 'open')).toBe(true)
        expect(b.kernel.isQuiescent()).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    ['a message of fields', sparse(), false],
    [
      'the fields of an error',
      [0, ReplyKind.error, { atelier: 'error', base: 'Error', fields: sparse() }],
      false,
    ],
    [
      'the errors of an AggregateError',
      [0, ReplyKind.error, { atelier: 'error', base: 'AggregateError', fields: [], errors: sparse() }],
      false,
    ],
    ['a result', [0, ReplyKind.ok, sparse()], false],
    ['an answer to a canceled call', [1, ReplyKind.ok, { deep: sparse() }], true],
  ])('does not hold the page up with %s that is sparse and billions long', async (_, fields, staysOpen) => {
    const b = bench({ maxInFlight: 2 })
    const call = watch(b.task.run('a'))
    const canceled = watch(b.task.with({ key: 'k' }).run('b'))
    await b.job('b')
    b.runtime.abortTaskController.abort('k')
    b.workers[0]?.say({ atelier: fields })
    await turns()
    expect(canceled.status).toBe('rejected')
    expect(call.status === 'open').toBe(staysOpen)
  })

  it.each(['throw', 'toString', '__proto__', 'nobody registered this'])(
    'chooses no transfer handler for its result but those of results: %s',
    async name => {
      const b = bench()
      const call = rejection(b.task.run('a'))
      await b.job('a')
      b.workers[0]?.say({ atelier: [0, name, { isError: true, value: { message: 'forged' } }] })
      expect((await call).message).toMatch(/^The result of "run" was sent by the Comlink transfer handler/)
    },
  )

  it('settles its own call once: what it says after that is nothing', async () => {
    const b = bench({ maxInFlight: 2 })
    const call = watch(b.task.run('a'))
    const { resolve } = await b.job('a')
    resolve('first')
    await turns()
    b.workers[0]?.say({ atelier: [0, ReplyKind.ok, 'second'] })
    await turns()
    expect(call.value).toBe('first')
    expect(await b.task.echo('next')).toBe('next')
  })
})

function sparse(): unknown[] {
  const array: unknown[] = []
  array.length = 2 ** 32 - 1
  return array
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}
