import { createTaskRuntime } from '@varunkanwar/atelier'
import { expect, it, onTestFinished } from 'vitest'

type Image = ImageData & { docId: string }

type ResizeAPI = {
  process: (image: Image) => Promise<ImageData>
}

it('a call to a real worker returns the result, and the image moves there', async () => {
  const runtime = createTaskRuntime()
  onTestFinished(() => runtime.dispose())

  const resize = runtime.defineTask<ResizeAPI>({
    type: 'parallel',
    worker: () => new Worker(new URL('./workers/image.worker.ts', import.meta.url), { type: 'module' }),
    keyOf: image => image.docId,
    timeoutMs: 10_000,
  })

  const image = Object.assign(new ImageData(new Uint8ClampedArray([10, 20, 30, 255]), 1, 1), { docId: 'a' })
  const { buffer } = image.data
  const result = await resize.process(image)
  expect(result).toBeInstanceOf(ImageData)
  expect([...result.data]).toEqual([245, 235, 225, 255])
  expect(buffer.byteLength).toBe(0)
})
