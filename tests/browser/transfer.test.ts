import { describe, expect, it, onTestFinished } from 'vitest'
import { server } from 'vitest/browser'
import { rejection } from '../support/outcome.ts'
import { jobs } from './jobs.ts'

describe('arguments', () => {
  it('move to the worker: the sender is left with detached buffers', async () => {
    const { task } = jobs()
    const bytes = new Uint8Array([1, 2, 3])
    const sum = task.sum(bytes)
    expect(bytes.byteLength).toBe(0)
    expect(await sum).toBe(6)
  })

  it('stay when nothing is to move', async () => {
    const { task } = jobs()
    const bytes = new Uint8Array([1, 2, 3])
    expect(await task.with({ transfer: [] }).sum(bytes)).toBe(6)
    expect([...bytes]).toEqual([1, 2, 3])
  })

  it('move as far as they are listed', async () => {
    const { task } = jobs()
    const [moves, stays] = [new ArrayBuffer(8), new ArrayBuffer(8)]
    await task.with({ transfer: [moves] }).echo({ moves, stays })
    expect([moves.byteLength, stays.byteLength]).toEqual([0, 8])
  })

  it('wait for their turn unmoved', async () => {
    const { task } = jobs()
    const first = task.sleep(20)
    const bytes = new Uint8Array([4, 5])
    const second = task.sum(bytes)
    expect(bytes.byteLength).toBe(2)
    await first
    expect(await second).toBe(9)
    expect(bytes.byteLength).toBe(0)
  })

  it('that are dropped before their turn never move', async () => {
    const { task, runtime } = jobs()
    const first = task.sleep(20)
    const bytes = new Uint8Array([4, 5])
    const second = rejection(task.with({ key: 'key' }).sum(bytes))
    runtime.abortTaskController.abort('key')
    expect((await second).name).toBe('AbortError')
    await first
    expect(bytes.byteLength).toBe(2)
  })

  it('may be pictures, canvases and ports', async () => {
    const { task } = jobs()
    const canvas = new OffscreenCanvas(2, 2)
    canvas.getContext('2d')
    const picture = canvas.transferToImageBitmap()
    const { port1, port2 } = new MessageChannel()
    const sent = { picture, port: port2 }
    const back = (await task.echo(sent)) as typeof sent
    expect(picture.width).toBe(0)
    expect(back.picture.width).toBe(2)
    const heard = new Promise(resolve => {
      port1.onmessage = ({ data }) => resolve(data)
    })
    back.port.postMessage('through the worker and back')
    expect(await heard).toBe('through the worker and back')
    port1.close()
  })

  it.skipIf(server.browser === 'webkit')(
    'may be streams (skipped in WebKit, which cannot move them)',
    async () => {
      const stream = new Blob(['text']).stream()
      const back = (await jobs().task.echo(stream)) as typeof stream
      expect(await new Response(back).text()).toBe('text')
    },
  )

  it('with a SharedArrayBuffer or detached buffers are not hindered by what cannot move', async () => {
    const { task } = jobs()
    const memory = new WebAssembly.Memory({ initial: 1 })
    const view = new Uint8Array(memory.buffer, 0, 4).fill(2)
    expect(await task.sum(view)).toBe(8)
    expect(memory.buffer.byteLength).toBe(65_536)
  })

  it('that cannot be cloned fail their call alone, at once, queued and under load', async () => {
    const { task } = jobs({ maxQueueDepth: 10 })
    const bad = { document: document.body }
    const error = await rejection(task.echo(bad))
    expect(error.name).toMatch(/TypeError|DataCloneError/)
    expect(error.message).toMatch(/cannot be sent|could not be cloned/)
    const calls = [task.echo(1), task.echo(bad), task.echo(2), task.echo(bad), task.echo(3)]
    const outcomes = await Promise.allSettled(calls)
    expect(outcomes.map(outcome => (outcome.status === 'fulfilled' ? outcome.value : 'failed'))).toEqual([
      1,
      'failed',
      2,
      'failed',
      3,
    ])
    expect(task.getState()).toMatchObject({ queueDepth: 0, pendingQueueDepth: 0, activeWorkers: 1 })
  })

  it('with memory of a wasm module: it is copied, whichever views lead to it, and the rest moves', async () => {
    const { task } = jobs()
    const memories = [1, 2].map(initial => new WebAssembly.Memory({ initial }))
    const views = memories.map(memory => new Uint8Array(memory.buffer).fill(3))
    const image = new ImageData(new Uint8ClampedArray(new WebAssembly.Memory({ initial: 1 }).buffer), 128)
    const [page, bytes] = [new Uint8Array(65_536), new Uint8Array([1, 2])]
    const sent = { page, views, image, bytes, window: new Uint8Array(new ArrayBuffer(65_536), 8, 8) }
    const back = (await task.echo(sent)) as typeof sent
    expect(back.views.map(view => [view.length, view[0]])).toEqual([
      [65_536, 3],
      [131_072, 3],
    ])
    expect(views.map(view => view.byteLength)).toEqual([65_536, 131_072])
    expect(image.data.length).toBe(65_536)
    expect([page.byteLength, bytes.byteLength, sent.window.byteLength]).toEqual([0, 0, 0])
  })

  it('that hold what cannot be sent fail their call with a TypeError, and nothing has moved', async () => {
    const { task } = jobs()
    const usedCanvas = new OffscreenCanvas(2, 2)
    usedCanvas.getContext('2d')
    const movedCanvas = new OffscreenCanvas(2, 2)
    structuredClone(movedCanvas, { transfer: [movedCanvas] })
    const movedPort = new MessageChannel().port1
    structuredClone(movedPort, { transfer: [movedPort] })
    const lockedStream = new ReadableStream()
    lockedStream.getReader()
    const spentImage = new ImageData(2, 2)
    structuredClone(spentImage, { transfer: [spentImage.data.buffer] })
    for (const obstacle of [usedCanvas, movedCanvas, movedPort, lockedStream, spentImage]) {
      const [first, last, picture] = [new ArrayBuffer(8), new Uint8Array(8), new ImageData(2, 2)]
      const error = await rejection(task.echo([first, obstacle, last, picture]))
      expect(error).toBeInstanceOf(TypeError)
      expect([first.byteLength, last.byteLength, picture.data.length]).toEqual([8, 8, 16])
    }
    expect(await task.echo('next')).toBe('next')
  })

  it('with an ImageData that was moved before fail with a TypeError that says so, and other calls go on', async () => {
    const { task } = jobs({ type: 'parallel', poolSize: 1, maxInFlight: 4 })
    const image = new ImageData(2, 2)
    await task.echo(image)
    const errors = [
      rejection(task.echo(image)),
      rejection(task.with({ transfer: [] }).echo({ deep: [image] })),
    ]
    const neighbor = task.echo('neighbor')
    for (const error of await Promise.all(errors)) {
      expect(error).toBeInstanceOf(TypeError)
      expect(error.message).toMatch(/ImageData.*buffer was moved|cannot be sent/)
    }
    expect(await neighbor).toBe('neighbor')
  })

  it('may be objects of another realm', async () => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    onTestFinished(() => frame.remove())
    const realm = frame.contentWindow as unknown as typeof globalThis
    const [bytes, { port1 }] = [new realm.Uint8Array([7]), new realm.MessageChannel()]
    const list = realm.Array.of<unknown>(bytes)
    const back = (await jobs().task.echo(
      Object.assign(list, { map: new realm.Map([['port', port1]]) }),
    )) as typeof list & {
      map: Map<string, MessagePort>
    }
    expect(back[0]).toEqual(new Uint8Array([7]))
    expect(back.map.get('port')).toBeInstanceOf(MessagePort)
    expect(bytes.byteLength).toBe(0)
  })

  it('listed to move although they are memory of a wasm module fail their call before anything has moved', async () => {
    const { task } = jobs()
    const [good, memory] = [new ArrayBuffer(8), new WebAssembly.Memory({ initial: 1 }).buffer]
    const error = await rejection(task.with({ transfer: [good, memory] }).echo(good))
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toBe(
      'transfer[1] cannot be moved: the ArrayBuffer belongs to a WebAssembly.Memory.',
    )
    expect(good.byteLength).toBe(8)
  })

  it('listed to move although they cannot fail their call before anything has moved', async () => {
    const { task } = jobs()
    const [good, gone] = [new ArrayBuffer(8), new ArrayBuffer(8)]
    structuredClone(gone, { transfer: [gone] })
    const error = await rejection(task.with({ transfer: [good, gone] }).echo(good))
    expect(error.message).toBe('transfer[1] cannot be moved: the ArrayBuffer is detached.')
    expect(good.byteLength).toBe(8)
    expect(await task.echo('next')).toBe('next')
  })
})

describe('results', () => {
  it('move to the page', async () => {
    const { task } = jobs()
    expect(await task.fill(3, 7)).toEqual(new Uint8Array([7, 7, 7]))
    expect((await task.keep()).byteLength).toBe(3)
    // They are not the worker's any more.
    const error = await rejection(task.keep())
    expect(error.message).toMatch(
      /^The result of "keep" cannot be sent to the page.*nothing that has already moved/,
    )
  })

  it('stay in the worker when the caller says so', async () => {
    const { task } = jobs()
    const keeping = task.with({ transferResult: false })
    for (let time = 0; time < 3; time++) expect(await keeping.keep()).toEqual(new Uint8Array([1, 2, 3]))
  })

  it('that cannot be cloned fail their call by name, and the worker goes on', async () => {
    const { task } = jobs()
    const error = await rejection(task.callback())
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(/^The result of "callback" cannot be sent to the page/)
    expect(await task.echo('next')).toBe('next')
  })
})

it('16 MB move there and back without a copy of them staying behind', async () => {
  const { task } = jobs()
  const bytes = new Uint8Array(2 ** 24).fill(1)
  const back = (await task.echo(bytes)) as typeof bytes
  expect(bytes.byteLength).toBe(0)
  expect(back.byteLength).toBe(2 ** 24)
  expect(back[2 ** 24 - 1]).toBe(1)
})
