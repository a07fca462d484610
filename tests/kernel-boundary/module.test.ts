import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadKernel } from '../../ts/page/kernel/load.ts'
import { Outcome } from '../../ts/page/kernel/pkg/kernel.js'
import { effectsOf } from '../support/effects.ts'

const bytes = readFileSync(new URL('../../ts/page/kernel/pkg/kernel_bg.wasm', import.meta.url))

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the wasm module', () => {
  it('imports what builds and reads plain objects, and nothing that could call back', () => {
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes))
    // The hash at the end of a name is that of the binding crate's version.
    const names = imports.map(({ name }) => name.replace(/_[0-9a-f]{16}$/, ''))
    expect(imports.every(({ kind }) => kind === 'function')).toBe(true)
    expect([...new Set(names)].sort()).toEqual([
      '__wbg___wbindgen_is_undefined',
      '__wbg___wbindgen_number_get',
      '__wbg___wbindgen_string_get',
      '__wbg___wbindgen_throw',
      '__wbg_get',
      '__wbg_new',
      '__wbg_put',
      '__wbindgen_generic',
      '__wbindgen_init_externref_table',
    ])
  })

  it('names no folder of the machine that built it', () => {
    expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/\/(home|root|Users)\/|registry/)
  })
})

describe('the hot lane', () => {
  it('encodes and decodes no text, whatever a call goes through', () => {
    const kernel = loadKernel()
    const task = kernel.defineTask({ type: 'parallel', poolSize: 2, timeoutMs: 50 }, undefined, 0)
    const decode = vi.spyOn(TextDecoder.prototype, 'decode')
    const encode = [vi.spyOn(TextEncoder.prototype, 'encode'), vi.spyOn(TextEncoder.prototype, 'encodeInto')]
    kernel.observe(true, true, 1)
    const key = kernel.openKey()
    const trace = kernel.openTrace(0)
    for (let call = 0; call < 10; call++) kernel.submit(task, key, undefined, true, call)
    kernel.settle(task, 0, 1, Outcome.Succeeded, 10)
    kernel.workerLost(task, 1, 1, 11)
    kernel.abortKey(key, 12)
    kernel.handleTimeout(1_000)
    kernel.stopWorkers(task, 1_001)
    kernel.startWorkers(task, 1_002)
    kernel.disposeTask(task, 1_003)
    kernel.endTrace(trace, undefined, undefined, 1_004)
    expect(new Set(effectsOf(kernel).map(({ kind }) => kind)).size).toBeGreaterThan(8)
    expect(decode).not.toHaveBeenCalled()
    for (const spy of encode) expect(spy).not.toHaveBeenCalled()
  })
})

describe('the cold lane', () => {
  it('answers what is wrong with a configuration as a plain object', () => {
    const define = (config: object) => () => loadKernel().defineTask(config, undefined, 0)
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

  it('answers nothing for a task that is not known', () => {
    expect(loadKernel().snapshot(7)).toBeUndefined()
  })

  it('keeps limits that no counter reaches as they were written', () => {
    const kernel = loadKernel()
    const config = { type: 'parallel', poolSize: 1, maxInFlight: 2 ** 40, maxQueueDepth: Infinity }
    const state = kernel.snapshot(kernel.defineTask(config, undefined, 0))
    expect(state).toMatchObject({ maxInFlight: 2 ** 40, maxQueueDepth: Infinity })
  })

  it('takes the size of a pool from the platform, within what is allowed', () => {
    const kernel = loadKernel()
    const size = (cores: number | undefined) =>
      kernel.snapshot(kernel.defineTask({ type: 'parallel' }, cores, 0)).totalWorkers
    expect([undefined, 8, 0, 100_000].map(size)).toEqual([4, 8, 1, 1_024])
  })
})
