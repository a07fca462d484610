import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { afterEach, expect, it, vi } from 'vitest'
import { RecordingError, recordingOf, replay } from '../../../../ts/devtools.ts'
import { createTaskRuntime } from '../../../../ts/index.ts'
import { bench } from '../../../support/bench.ts'
import { effectsOf, recordedBench } from '../../../support/recorded.ts'
import { turns } from '../../../support/turns.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

async function recorded() {
  const made = recordedBench({ type: 'parallel', poolSize: 2, timeoutMs: 60_000 })
  await Promise.all(['a', 'b', 'c'].map(name => made.task.with({ key: name }).echo(name)))
  made.runtime.dispose()
  return made
}

it('a replay tells what a runtime was told and did, as steps and as text', async () => {
  const { task, runtime, recording } = recordedBench({ type: 'parallel', poolSize: 1 })
  await task.echo('secret')
  runtime.dispose()
  const { version, steps, story } = replay(recording())
  const told = steps.map(({ input }) => input)
  expect(told).toEqual(
    expect.arrayContaining(['defineTask', 'submit', 'workerReady', 'settle', 'disposeTask']),
  )
  expect(steps.find(({ input }) => input === 'submit')).toMatchObject({
    fields: { task: 0, call: 0, priority: 0, followsSignal: false },
    effects: [
      { effect: 'spawn', fields: { task: 0, slot: 0, epoch: 1 } },
      { effect: 'dispatch', fields: { task: 0, call: 0, attempt: 1, slot: 0, epoch: 1 } },
    ],
  })
  const lines = story.split('\n').map(line => line.replace(/^[\d.]+ /, '… '))
  expect(lines[0]).toBe(`A recording of kernel ${version}: ${steps.length} inputs.`)
  expect(lines).toEqual(
    expect.arrayContaining([
      '… submit task 0, call 0, priority 0',
      '  dispatch task 0, call 0, attempt 1, slot 0, epoch 1',
      '… settle task 0, call 0, attempt 1, outcome succeeded',
      '  resolve task 0, call 0',
    ]),
  )
  expect(story).not.toContain('secret')
})

it('a recording holds neither arguments nor results, keys, names or errors', async () => {
  const { task, runtime, recording } = recordedBench({ taskId: 'secret-id', taskName: 'secret-name' })
  await task.with({ key: 'secret-key' }).echo('secret-value')
  await task.fail('secret-error').catch(() => {})
  runtime.abortTaskController.abort('secret-key')
  await runtime.runWithTrace('secret-trace', trace => task.with({ trace }).echo(1))
  expect(Buffer.from(recording()).toString('latin1')).not.toMatch(/[a-z]{5}/i)
})

it('a recording can be taken at any time, also in the middle of what the runtime does', async () => {
  const made = recordedBench()
  const early: Uint8Array[] = []
  made.runtime.subscribeEvents(() => early.push(made.recording()))
  await made.task.echo(1)
  expect(early.length).toBeGreaterThan(3)
  for (const bytes of early) {
    const effects = effectsOf(replay(bytes))
    expect(effects).toEqual(made.performed.slice(0, effects.length))
  }
  expect(effectsOf(replay(made.recording()))).toEqual(made.performed)
})

it('a recording that is full has stopped with a warning, and the runtime goes on', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const made = recordedBench({}, { observability: { record: { maxBytes: 400 } } })
  for (let call = 0; call < 50; call++) expect(await made.task.echo(call)).toBe(call)
  const bytes = made.recording()
  expect(bytes.length).toBeLessThanOrEqual(400)
  expect(bytes.length).toBeGreaterThan(200)
  const replayed = replay(bytes)
  expect(replayed.isFull).toBe(true)
  expect(replayed.story).toMatch(/ inputs, until it was full\.\n/)
  const effects = effectsOf(replayed)
  expect(effects.length).toBeGreaterThan(10)
  expect(effects).toEqual(made.performed.slice(0, effects.length))
  expect(warn.mock.calls).toEqual([
    ['The recording is full and has stopped. observability.record.maxBytes, 400, allows for no more.'],
  ])
})

it('a call takes less than 27 bytes of a recording, also one by one and with everything observed', async () => {
  const { task, runtime, recording } = recordedBench(
    { type: 'parallel', poolSize: 2, maxQueueDepth: 1_000 },
    { observability: { spans: 'on' } },
  )
  runtime.subscribeEvents(() => {})
  await task.echo(0)
  const before = recording().length
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 100 }, (_, call) => task.echo(call)))
  }
  const between = recording().length
  for (let call = 0; call < 100; call++) await task.with({ timeoutMs: 10_000 }).echo(call)
  expect((between - before) / 1_000).toBeLessThan(27)
  expect((recording().length - between) / 100).toBeLessThan(27)
})

it('bytes that were changed or cut off anywhere are a RecordingError', async () => {
  const bytes = (await recorded()).recording()
  expect(() => replay(bytes)).not.toThrow()
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = bytes.slice()
      changed[at] = (changed[at] as number) ^ change
      for (const broken of [changed, bytes.slice(0, at)]) expect(() => replay(broken)).toThrow(RecordingError)
    }),
  )
  const broken = Object.assign(bytes.slice(), { 40: 255 })
  expect(() => replay(broken)).toThrow(
    expect.objectContaining({ reason: 'broken', message: expect.stringContaining('changed or cut off') }),
  )
})

it('a recording is read from any Uint8Array: a part of a buffer, a Buffer of Node, one of another realm', async () => {
  const made = await recorded()
  const bytes = made.recording()
  const padded = new Uint8Array(bytes.length + 20)
  padded.set(bytes, 7)
  const foreign = runInNewContext('new Uint8Array(numbers)', { numbers: [...bytes] })
  for (const same of [padded.subarray(7, 7 + bytes.length), Buffer.from(bytes), foreign]) {
    expect(effectsOf(replay(same))).toEqual(made.performed)
  }
})

it('what is no recording is a RecordingError, and what are no bytes a TypeError', () => {
  fc.assert(
    fc.property(fc.uint8Array(), bytes => {
      expect(() => replay(bytes)).toThrow(expect.objectContaining({ reason: 'not-a-recording' }))
    }),
  )
  expect(() => replay(new Uint16Array(20) as never)).toThrow(TypeError)
  expect(() => replay('a recording' as never)).toThrow(
    new TypeError('replay takes the bytes of a recording as a Uint8Array, not a recording'),
  )
})

it('a recording of another version, or of another build of this one, is a RecordingError that says so', async () => {
  const bytes = (await recorded()).recording()
  const other = (at: number) => Object.assign(bytes.slice(), { [at]: 77 })
  const { version } = replay(bytes)
  expect(() => replay(other(5))).toThrow(
    expect.objectContaining({
      reason: 'version',
      message: `This is a recording of kernel 0.77.0, not of ${version}. Replay it with the version of the package that recorded it.`,
    }),
  )
  expect(() => replay(other(8))).toThrow(
    expect.objectContaining({
      reason: 'version',
      message: expect.stringContaining('another build of kernel'),
    }),
  )
})

it('a runtime that was not asked to record has no recording', () => {
  expect(() => recordingOf(bench().runtime)).toThrow(
    new TypeError('The runtime does not record: create it with observability: { record: {} }.'),
  )
  expect(() => recordingOf({} as never)).toThrow(TypeError)
})

it.each<[unknown, RegExp]>([
  [true, /^observability\.record must be an object, not true/],
  [null, /^observability\.record must be an object, not null/],
  [{ maxByte: 1 }, /^createTaskRuntime: observability\.record has no option "maxByte"/],
  [
    { maxBytes: '4 MB' },
    /^observability\.record\.maxBytes must be a positive integer or Infinity, not "4 MB"/,
  ],
  [{ maxBytes: Symbol('many') }, /^observability\.record\.maxBytes must be .*, not Symbol\(many\)/],
])('the configuration record: %o is a TypeError', (record, message) => {
  expect(() => createTaskRuntime({ observability: { record: record as never } })).toThrow(TypeError)
  expect(() => createTaskRuntime({ observability: { record: record as never } })).toThrow(message)
})

it.each([0, -1, 2.5, Number.NaN])('the configuration record: { maxBytes: %s } is a RangeError', maxBytes => {
  expect(() => createTaskRuntime({ observability: { record: { maxBytes } } })).toThrow(RangeError)
})

it('a runtime records from its creation on, with or without a limit', async () => {
  for (const record of [
    {},
    { maxBytes: undefined },
    { maxBytes: 1 },
    { maxBytes: Number.POSITIVE_INFINITY },
  ]) {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { steps, isFull } = replay(recordingOf(createTaskRuntime({ observability: { record } })))
    await turns(1)
    expect([steps[0]?.input, isFull]).toEqual(
      record.maxBytes === 1 ? [undefined, true] : ['seedSampling', false],
    )
    warn.mockRestore()
  }
})
