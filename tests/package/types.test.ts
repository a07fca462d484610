import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Consumer, installPackage } from '../support/consumer.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Each compilation is a separate process, and the machine may be busy. */
const TIMEOUT = 60_000

let consumer: Consumer
beforeAll(() => {
  consumer = installPackage()
}, TIMEOUT)
afterAll(() => consumer.remove())

const STRICT = {
  target: 'es2022',
  module: 'esnext',
  moduleResolution: 'bundler',
  moduleDetection: 'force',
  lib: ['es2022', 'esnext.disposable', 'dom', 'dom.iterable'],
  types: [],
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
}

function complaints(compilerOptions: object, files: Record<string, string>): string {
  consumer.write({
    ...files,
    'tsconfig.json': JSON.stringify({ compilerOptions, files: Object.keys(files) }),
  })
  return consumer.tsc('-p', '.')
}

const USE = `
  import { createTaskRuntime, parallelLimit, type Task, WorkerCrashedError } from '@varunkanwar/atelier'
  import { type Replay, recordingOf, replay } from '@varunkanwar/atelier/devtools'
  import { createTestWorkers, createVirtualClock, settle } from '@varunkanwar/atelier/testing'
  import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
  import { expose } from '@varunkanwar/atelier/worker-standalone'

  const handlers = { size: (text: string, ctx: TaskContext) => text.length + (ctx.key?.length ?? 0) }
  expose(createTaskWorker(handlers))
  type API = StripTaskContext<typeof handlers>
  const runtime = createTaskRuntime({ observability: { spans: { sampleRate: 0.5 }, record: { maxBytes: 1e6 } } })
  const { steps, story }: Replay = replay(recordingOf(runtime))
  console.log(steps.map(({ at, input, effects }) => [at.toFixed(), input, effects.length]), story.length)
  const task: Task<API> = runtime.defineTask<API>({ type: 'singleton', worker: () => new Worker('x.js') })
  const size: number = await task.with({ key: 'a', transfer: [] }).size('text')
  for await (const each of parallelLimit(['a', 'b'], 2, task.size)) console.log(each.toFixed(), size)
  const clock = createVirtualClock()
  runtime.defineTask<API>({ type: 'singleton', worker: createTestWorkers(handlers, { answerDelayMs: undefined }).create })
  await Promise.all([clock.advance(1), settle()])
  try { task.dispose() } catch (error) { if (error instanceof WorkerCrashedError) console.log(error.workerIndex) }
`

describe('the declarations', { timeout: TIMEOUT }, () => {
  it.each([
    ['a bundler', {}],
    ['node16', { module: 'node16', moduleResolution: 'node16' }],
    ['nodenext', { module: 'nodenext', moduleResolution: 'nodenext' }],
    ['a library check', { skipLibCheck: false }],
  ])('the declarations work for %s', (_, options) => {
    expect(complaints({ ...STRICT, ...options }, { 'use.ts': USE })).toBe('')
  })

  it('the declarations have disposal where the lib has it', () => {
    const use = `
      import { createTaskRuntime, parallelLimit } from '@varunkanwar/atelier'
      import { createVirtualClock } from '@varunkanwar/atelier/testing'
      using clock = createVirtualClock()
      using runtime = createTaskRuntime()
      using task = runtime.defineTask<{ size(text: string): number }>({ type: 'singleton', worker: () => new Worker('x.js') })
      await using sizes = parallelLimit(['a'], 1, task.size)
      for await (const size of sizes) console.log(size.toFixed(), clock.elapsed)
    `
    expect(complaints({ ...STRICT, skipLibCheck: false }, { 'use.ts': use })).toBe('')
  })

  it('the declarations tell whoever writes a handler that would take the context for an argument what to do', () => {
    const wrong = `
      import { createTaskWorker } from '@varunkanwar/atelier/worker'
      createTaskWorker({ greet: (name: string, greeting = 'Hello') => greeting + name })
    `
    const found = complaints(STRICT, { 'wrong.ts': wrong })
    expect(found).toContain('The context is always passed as the last argument')
    expect(found).toContain('use createTaskWorker(handlers, { context: false }).')
  })

  it('the declarations accept the handlers of untyped JavaScript', () => {
    const options = { ...STRICT, allowJs: true, checkJs: true, noImplicitAny: false }
    const untyped = `
      import { createTaskWorker } from '@varunkanwar/atelier/worker'
      const handlers = { add(a, b) { return a + b }, log: (...values) => console.log(values) }
      createTaskWorker(handlers)
      createTaskWorker({ add: (a, b) => a + b })
    `
    expect(complaints(options, { 'untyped.js': untyped })).toBe('')
  })

  it('the declarations refuse what would fail at run time', () => {
    const wrong = {
      'a.ts': `import { createTaskRuntime } from '@varunkanwar/atelier'
               createTaskRuntime().defineTask({ type: 'pool', worker: () => new Worker('x.js') })`,
      'b.ts': `import { createTaskRuntime } from '@varunkanwar/atelier'
               const task = createTaskRuntime().defineTask<{ f(n: number): Promise<number> }>({
                 type: 'singleton', worker: () => new Worker('x.js') })
               await task.f('text')`,
      'c.ts': `import { createTaskRuntime } from '@varunkanwar/atelier'
               const task = createTaskRuntime().defineTask<{ f(n: number): Promise<number> }>({
                 type: 'singleton', worker: () => new Worker('x.js') })
               task.then(() => {})`,
    }
    const found = complaints(STRICT, wrong)
    for (const file of Object.keys(wrong)) expect(found).toContain(`${file}(`)
  })
})

describe('the TypeScript blocks of the documents', () => {
  const texts = ['README.md', ...markdownIn('docs')].flatMap(path => {
    const blocks = [...readFileSync(join(root, path), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)]
    return blocks.length > 0 ? [{ path, blocks: blocks.map(([, block = '']) => block) }] : []
  })

  let found: string
  beforeAll(() => {
    for (const name of ['@datadog', '@opentelemetry']) consumer.link(name)
    const ambient = { 'blocks/ambient.d.ts': readFileSync(join(root, 'docs/ambient.d.ts'), 'utf8') }
    const files = texts.flatMap(({ path, blocks }) =>
      blocks.map((block, at) => [`blocks/${path}-${at}.ts`, block] as const),
    )
    const all = complaints(STRICT, { ...ambient, ...Object.fromEntries(files) })
    // Errors in the declarations of other packages are not ours.
    found = all.replaceAll(/^.*node_modules\/@(?!varunkanwar).*\n/gm, '')
  }, TIMEOUT)

  it.each(texts)('every TypeScript block of $path compiles with what the package declares', ({ path }) => {
    expect(found.split('\n').filter(line => line.includes(`${path}-`))).toEqual([])
  })

  it("the ambient declarations that the documents' blocks rely on compile too", () => {
    expect(found).toBe('')
  })
})

it('every worker file that the documents show for a start has explicit types, as isolatedDeclarations requires', {
  timeout: TIMEOUT,
}, () => {
  const paths = [
    'README.md',
    ...['worker-setup', 'libraries', 'react', 'from-comlink', 'from-workerpool'].map(
      name => `docs/guides/${name}.md`,
    ),
  ]
  const files = paths.flatMap(path =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/^```ts.*\n([\s\S]*?)^```$/gm)]
      .map(([, block = ''], at) => [`workers/${path}-${at}.ts`, block] as const)
      .filter(([, block]) => block.includes('createTaskWorker(')),
  )
  expect(files.length).toBeGreaterThanOrEqual(10)
  const ambient = { 'workers/ambient.d.ts': readFileSync(join(root, 'docs/ambient.d.ts'), 'utf8') }
  const options = { ...STRICT, declaration: true, isolatedDeclarations: true }
  expect(complaints(options, { ...ambient, ...Object.fromEntries(files) })).toBe('')
})

function markdownIn(folder: string): string[] {
  return (
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      // All other files are generated, or not ours.
      .filter(name => /^([^/]+|(decisions|design|guides)\/[^/]+)\.md$/.test(name))
      .map(name => join(folder, name))
  )
}
