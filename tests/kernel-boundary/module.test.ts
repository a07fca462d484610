import { readFileSync } from 'node:fs'
import { afterEach, expect, it, vi } from 'vitest'
import { Outcome } from '../../ts/page/kernel/boundary.ts'
import { bareKernel, submit } from '../support/effects.ts'

const bytes = readFileSync(new URL('../../ts/page/kernel/pkg/kernel_bg.wasm', import.meta.url))

afterEach(() => {
  vi.restoreAllMocks()
})

it('the wasm module imports only what reads and builds plain objects, so that no code of the page runs inside the kernel', () => {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes))
  expect(imports.every(({ kind }) => kind === 'function')).toBe(true)
  // The hash at the end of a name is that of the binding crate's version.
  const names = imports.map(({ name }) => name.replace(/_[0-9a-f]{16}$/, ''))
  expect(names.sort()).toEqual([
    '__wbg___wbindgen_is_undefined',
    '__wbg___wbindgen_number_get',
    '__wbg___wbindgen_string_get',
    '__wbg___wbindgen_throw',
    // Reflect.get, for the fields of a configuration, which the shell has copied into a plain object.
    '__wbg_get',
    // An object and an array, and what fills each.
    '__wbg_new',
    '__wbg_new',
    '__wbg_set',
    '__wbg_set',
    // A number and a string as JavaScript values.
    '__wbindgen_generic',
    '__wbindgen_generic',
    '__wbindgen_init_externref_table',
  ])
})

it('the wasm module names no folder of the machine that built it', () => {
  const text = Buffer.from(bytes).toString('latin1')
  expect(text.match(/[\w/.-]*(\/(home|root|Users)\/|registry)[\w/.-]*/g)).toBeNull()
})

it('no text is encoded or decoded on the hot lane, whatever a call goes through', () => {
  const { kernel, effects } = bareKernel()
  const task = kernel.defineTask({ type: 'parallel', poolSize: 2, timeoutMs: 50 }, undefined, 0)
  const trace = kernel.openTrace(0).trace
  const decode = vi.spyOn(TextDecoder.prototype, 'decode')
  const encode = [vi.spyOn(TextEncoder.prototype, 'encode'), vi.spyOn(TextEncoder.prototype, 'encodeInto')]
  kernel.observe(true, true, 1, 0)
  const key = kernel.openScope(0)
  kernel.holdScope(key, 0)
  kernel.beginBatch(0)
  for (let call = 0; call < 10; call++) submit(kernel, task, call, call, { key, traced: true })
  kernel.submitFailed(task, 10, undefined, 10)
  kernel.endBatch(10)
  kernel.workerReady(task, 0, 1, 10)
  kernel.settle(task, 0, 1, Outcome.Succeeded, undefined, 10)
  kernel.payloadMoved(task, 1, 1, 1, 10)
  kernel.workerLost(task, 1, 1, 11)
  kernel.watchDrain(task, 11)
  kernel.abortScope(key, 12)
  kernel.handleTimeout(1_000)
  kernel.stopWorkers(task, 1_001)
  kernel.startWorkers(task, 1_002)
  kernel.disposeTask(task, 1_003)
  kernel.clearScope(key, 1_003)
  kernel.endTrace(trace, undefined, undefined, 1_004)
  expect(new Set(effects().map(([name]) => name)).size).toBeGreaterThan(10)
  expect(decode).not.toHaveBeenCalled()
  for (const spy of encode) expect(spy).not.toHaveBeenCalled()
})

it('the cold lane returns what is wrong with a configuration as a plain object', () => {
  const define = (config: object) => () => bareKernel().kernel.defineTask(config, undefined, 0)
  expect(define({ type: 'parallel', poolSize: 0 })).toThrow(
    expect.objectContaining({
      field: 'poolSize',
      allowed: 'an integer from 1 to 1024',
      outOfRange: true,
    }),
  )
  expect(define({})).toThrow(
    expect.objectContaining({ field: 'type', allowed: "'parallel' or 'singleton'", outOfRange: false }),
  )
})

it('the cold lane returns undefined for the snapshot of a task that is not known', () => {
  expect(bareKernel().kernel.snapshot(7)).toBeUndefined()
})

it('the cold lane returns limits that no counter reaches as they were written', () => {
  const { kernel } = bareKernel()
  const config = { type: 'parallel', poolSize: 1, maxInFlight: 2 ** 40, maxQueueDepth: Infinity }
  const state = kernel.snapshot(kernel.defineTask(config, undefined, 0))
  expect(state).toMatchObject({ maxInFlight: 2 ** 40, maxQueueDepth: Infinity })
})

it('the cold lane takes the default size of a pool from the number of processors, within what is allowed', () => {
  const { kernel } = bareKernel()
  const size = (cores: number | undefined) =>
    kernel.snapshot(kernel.defineTask({ type: 'parallel' }, cores, 0)).totalWorkers
  expect([undefined, 8, 0, 100_000].map(size)).toEqual([4, 8, 4, 1_024])
})
