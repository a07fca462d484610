import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import bytes from '../../ts/page/kernel/pkg/bytes.js'
import { type Consumer, installPackage } from '../support/consumer.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let consumer: Consumer
beforeAll(() => {
  consumer = installPackage()
})
afterAll(() => consumer.remove())

const KB = 1024

/** The first characters of the encoded kernel. */
const BEGINNING = bytes.slice(0, 100)

/** Returns true if a bundle contains the kernel: its encoded bytes, or the code that compiles them. */
const holdsKernel = (bundle: string) =>
  bundle.includes(BEGINNING) || /WebAssembly\.(Module|Instance|instantiate|compile)/.test(bundle)

async function code(text: string, external?: string[]): Promise<string> {
  consumer.write({ 'entry.js': text })
  return Object.values(await consumer.bundle('entry.js', external)).join('\n')
}

it.each(['@varunkanwar/atelier', '@varunkanwar/atelier/worker'])(
  'the bundle of a worker that imports createTaskWorker from %s does not contain the kernel',
  async from => {
    const bundle = await code(`
        import { expose } from 'comlink'
        import { createTaskWorker } from '${from}'
        expose(createTaskWorker({ add: (a, b) => a + b }))
      `)
    expect(holdsKernel(bundle)).toBe(false)
    expect(bundle.length).toBeLessThan(37 * KB)
  },
)

it('the bundle of a worker is as small from the root as from its own entry', async () => {
  const size = async (from: string) =>
    (await code(`import { createTaskWorker } from '${from}'; console.log(createTaskWorker)`)).length
  const difference = (await size('@varunkanwar/atelier')) - (await size('@varunkanwar/atelier/worker'))
  expect(Math.abs(difference)).toBeLessThan(100)
})

it('the bundle of a page contains the kernel once', async () => {
  const bundle = await code(`
      import { createTaskRuntime, parallelLimit } from '@varunkanwar/atelier'
      globalThis.made = [createTaskRuntime, parallelLimit]
    `)
  expect(holdsKernel(bundle)).toBe(true)
  expect(bundle.split(BEGINNING)).toHaveLength(2)
})

it('the bundle of a page runs without further processing', async () => {
  const bundle = await code(`
      import { createTaskRuntime } from '@varunkanwar/atelier'
      const task = createTaskRuntime().defineTask({ type: 'parallel', poolSize: 3, worker() {} })
      console.log(task.getState().totalWorkers)
    `)
  expect(consumer.node(bundle)).toBe('3\n')
})

it('the bundle of a page that uses the pipeline alone contains nothing else', async () => {
  const bundle = await code(`
      import { parallelLimit } from '@varunkanwar/atelier'
      for await (const n of parallelLimit([1, 2], 1, async n => n)) console.log(n)
    `)
  expect(holdsKernel(bundle)).toBe(false)
  expect(bundle.length).toBeLessThan(8 * KB)
})

it('the bundle of a page that imports no developer tools contains nothing of a recorder or a panel', async () => {
  const page = "import { createTaskRuntime } from '@varunkanwar/atelier'; globalThis.made = createTaskRuntime"
  const recording = `${page}; import '@varunkanwar/atelier/devtools'`
  const holdsRecorder = (bundle: string) => bundle.includes('record.maxBytes must be')
  const holdsPanel = (bundle: string) =>
    bundle.includes('atelier-devtools') || bundle.includes('adoptedStyleSheets')
  const without = await code(page)
  expect([holdsRecorder(without), holdsPanel(without)]).toEqual([false, false])
  const withTools = await code(recording)
  expect([holdsRecorder(withTools), holdsPanel(withTools)]).toEqual([true, true])
})

it('the bundle of a page that imports the developer tools for nothing but the recorder records and contains the kernel once', async () => {
  const bundle = await code(`
      import '@varunkanwar/atelier/devtools'
      import { createTaskRuntime } from '@varunkanwar/atelier'
      createTaskRuntime({ observability: { record: {} } })
      console.log('records')
    `)
  expect(bundle.split(BEGINNING)).toHaveLength(2)
  expect(consumer.node(bundle)).toBe('records\n')
})

it('the bundle of a page that uses nothing is empty', async () => {
  expect(await code("import '@varunkanwar/atelier'; import '@varunkanwar/atelier/worker'")).toBe('')
})

it('the bundle of a page keeps the literal by which bundlers find workers', async () => {
  const bundle = await code(`
      import { createTaskRuntime } from '@varunkanwar/atelier'
      createTaskRuntime().defineTask({
        type: 'singleton',
        worker: () => new Worker(new URL('./job.worker.js', import.meta.url), { type: 'module' }),
      })
    `)
  expect(bundle).toMatch(/new Worker\(new URL\([^,]+,\s*import\.meta\.url\)/)
})
