/** The three tasks, and the path of an image through them. */
import type { Task, TaskRuntime } from '@varunkanwar/atelier'
import type { Attempt, Developed, Position } from './picture.ts'
import type { Pixels } from './pixels/pixels.ts'
import type { Settings } from './settings.ts'
import type { AnalyzeAPI } from './workers/analyze.worker.ts'
import type { EncodeAPI } from './workers/encode.worker.ts'
import type { ResizeAPI } from './workers/resize.worker.ts'

const IDLE_MS = 15_000

const keyOf = (job: { key: string }) => job.key

export class Pipeline {
  /** Bytes of pixels that left the page by moving, and by being copied. */
  readonly handed = { moved: 0, copied: 0 }
  readonly #settings: Settings
  readonly #resize: Task<ResizeAPI>
  readonly #analyze: Task<AnalyzeAPI>
  readonly #encode: Task<EncodeAPI>

  constructor(runtime: TaskRuntime, settings: Settings) {
    this.#settings = settings
    this.#resize = runtime.defineTask<ResizeAPI>({
      type: 'parallel',
      taskId: 'resize',
      worker: () => new Worker(new URL('./workers/resize.worker.ts', import.meta.url), { type: 'module' }),
      poolSize: settings.poolSize,
      // Only the first task sheds load. All later queues block: dropping a decoded image would waste the decoding.
      queuePolicy: settings.policy,
      idleTimeoutMs: IDLE_MS,
      keyOf,
    })
    this.#analyze = runtime.defineTask<AnalyzeAPI>({
      type: 'parallel',
      taskId: 'analyze',
      worker: () => new Worker(new URL('./workers/analyze.worker.ts', import.meta.url), { type: 'module' }),
      poolSize: settings.poolSize,
      idleTimeoutMs: IDLE_MS,
      keyOf,
    })
    this.#encode = runtime.defineTask<EncodeAPI>({
      type: 'singleton',
      taskId: 'encode',
      worker: () => new Worker(new URL('./workers/encode.worker.ts', import.meta.url), { type: 'module' }),
      idleTimeoutMs: IDLE_MS,
      keyOf,
    })
  }

  /**
   * Takes one image through the tasks. Its pixels move from worker to worker; the page only passes them on.
   *
   * @param at - hears where the image is: at the beginning of each stage, and as often as the workers report.
   */
  async develop({ key, picture }: Attempt, at: (position: Position) => void): Promise<Developed> {
    const { longestSide, type } = this.#settings
    const { source } = picture
    at({ stage: 'open' })
    const original = await source.open()
    at({ stage: 'resize' })
    const resized = await this.#resize
      .with({ onProgress: (part: number) => at({ stage: 'resize', part }) })
      .process({ key, name: source.name, file: original, longestSide })
    at({ stage: 'analyze' })
    const { pixels, histogram, colors, thumbnail } = await this.#handOver(resized.pixels, pixels =>
      this.#analyze
        .with({ onProgress: (part: number) => at({ stage: 'analyze', part }) })
        .process({ key, pixels }),
    )
    const { width, height } = pixels
    at({ stage: 'encode' })
    const file = await this.#handOver(pixels, pixels => this.#encode.process({ key, pixels, type }))
    return {
      file,
      thumbnail,
      width,
      height,
      sourceBytes: source.bytes ?? original.size,
      sourceWidth: resized.width,
      sourceHeight: resized.height,
      histogram,
      colors,
    }
  }

  dispose(): void {
    this.#resize.dispose()
    this.#analyze.dispose()
    this.#encode.dispose()
  }

  /** Records whether the call has moved the pixels away from the page, which a detached buffer shows. */
  async #handOver<R>(pixels: Pixels, call: (pixels: Pixels) => Promise<R>): Promise<R> {
    const { buffer } = pixels.data
    const bytes = buffer.byteLength
    const answer = await call(pixels)
    this.handed[buffer.byteLength === 0 ? 'moved' : 'copied'] += bytes
    return answer
  }
}
