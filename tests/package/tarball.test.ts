import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Consumer, installPackage } from '../support/consumer.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let consumer: Consumer
beforeAll(() => {
  consumer = installPackage()
})
afterAll(() => consumer.remove())

const manifest = () =>
  JSON.parse(
    readFileSync(join(consumer.folder, 'node_modules/@varunkanwar/atelier/package.json'), 'utf8'),
  ) as {
    exports: Record<string, string | { types: string; default: string }>
    dependencies: Record<string, string>
  }

it('the tarball contains the build, the documents and the manifest, and nothing else', () => {
  const kinds = consumer.packed.map(path => path.replace(/^dist\/.*\.(d\.ts|js|js\.map)$/, 'dist/*.$1'))
  expect([...new Set(kinds)].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist/*.d.ts',
    'dist/*.js',
    'dist/*.js.map',
    'dist/THIRD_PARTY_LICENSES',
    'package.json',
  ])
})

it('the tarball contains the license of everything that it redistributes', () => {
  const path = join(consumer.folder, 'node_modules/@varunkanwar/atelier/dist/THIRD_PARTY_LICENSES')
  const text = readFileSync(path, 'utf8')
  for (const name of ['comlink', 'The Rust standard library', 'wasm-bindgen', 'js-sys', 'serde', 'rlsf']) {
    expect(text).toMatch(new RegExp(`^${name}\\b.* \\(.*(MIT|Apache-2.0).*\\), `, 'm'))
  }
  expect(text).toContain('Apache License')
  expect(text).toContain('Permission is hereby granted, free of charge')
})

it('the tarball contains every file that its exports name', () => {
  const named = Object.values(manifest().exports).flatMap(target =>
    typeof target === 'string' ? [target] : [target.types, target.default],
  )
  for (const path of named) expect(consumer.packed).toContain(path.slice('./'.length))
})

it('the tarball imports no package that it does not depend on', () => {
  const foreign = new Set<string>()
  for (const path of consumer.packed.filter(name => name.endsWith('.js'))) {
    const text = readFileSync(join(consumer.folder, 'node_modules/@varunkanwar/atelier', path), 'utf8')
    for (const [, from = ''] of text.matchAll(/^(?:import|export)\b[^;\n]*?["']([^"']+)["'];?$/gm)) {
      if (!from.startsWith('.')) foreign.add(from)
    }
  }
  expect([...foreign]).toEqual(Object.keys(manifest().dependencies))
})

describe('the exports', () => {
  const names = (path: string) =>
    JSON.parse(
      consumer.node(`console.log(JSON.stringify(Object.keys(await import('@varunkanwar/atelier${path}'))))`),
    )

  it('the root exports the runtime, the harness, the pipeline and the errors', () => {
    expect(names('').sort()).toEqual([
      'KernelPanicError',
      'QueueDropError',
      'SupersededError',
      'TaskDisposedError',
      'WorkerCrashedError',
      'createTaskRuntime',
      'createTaskWorker',
      'expose',
      'parallelLimit',
      'registerError',
      'yieldAsCompleted',
    ])
  })

  it('./worker exports the harness, the registry of errors and what exposes a worker', () => {
    expect(names('/worker').sort()).toEqual(['createTaskWorker', 'expose', 'registerError'])
  })

  it('./devtools exports the element, and what makes and replays recordings', () => {
    expect(names('/devtools').sort()).toEqual(['AtelierDevtools', 'RecordingError', 'recordingOf', 'replay'])
  })

  it('nothing but the exports can be imported', () => {
    expect(() => names('/dist/host.js')).toThrow(/ERR_PACKAGE_PATH_NOT_EXPORTED/)
  })
})

it('on a server the package can be imported and touches nothing of the platform', () => {
  const printed = consumer.node(`
      for (const name of ['Worker', 'navigator', 'WebAssembly', 'MessageChannel', 'document', 'window', 'self', 'atob']) {
        Object.defineProperty(globalThis, name, {
          get() { throw new Error(name + ' was touched') },
          configurable: true,
        })
      }
      const { createTaskRuntime } = await import('@varunkanwar/atelier')
      await import('@varunkanwar/atelier/worker')
      await import('@varunkanwar/atelier/devtools')
      console.log(typeof createTaskRuntime)
    `)
  expect(printed).toBe('function\n')
})

it('on a server a recording can be replayed', () => {
  const printed = consumer.node(`
      import { createTaskRuntime } from '@varunkanwar/atelier'
      import { recordingOf, replay } from '@varunkanwar/atelier/devtools'
      const runtime = createTaskRuntime({ observability: { record: {} } })
      runtime.defineTask({ type: 'singleton', worker() {} }).dispose()
      console.log(replay(recordingOf(runtime)).steps.map(({ input }) => input).join(' '))
    `)
  expect(printed).toMatch(/ beginBatch defineTask endBatch disposeTask\n$/)
})

it('on a server without Workers a runtime can be created and queried, and a task defined', () => {
  const printed = consumer.node(`
      import { createTaskRuntime } from '@varunkanwar/atelier'
      const runtime = createTaskRuntime()
      const task = runtime.defineTask({ type: 'singleton', worker: () => new Worker('x.js') })
      console.log(task.getState().workerStatus, runtime.getRuntimeSnapshot().tasks.length)
      await task.run().catch(error => console.log(error.name, error.cause.message))
      runtime.dispose()
    `)
  expect(printed).toBe('stopped 1\nWorkerCrashedError The worker factory threw: Worker is not defined\n')
})
