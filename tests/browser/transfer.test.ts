import { describe, expect, it } from 'vitest'
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

  it('listed to move although they cannot fail their call before anything has moved', async () => {
    const { task } = jobs()
    const [good, gone] = [new ArrayBuffer(8), new ArrayBuffer(8)]
    structuredClone(gone, { transfer: [gone] })
    const error = await rejection(task.with({ transfer: [good, gone] }).echo(good))
    expect(error.message).toBe('transfer[1] cannot be moved: the ArrayBuffer is detached, closed or locked.')
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
