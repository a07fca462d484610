/** The pictures of the page and the run that develops them. Independent of how they are shown. */
import { createTaskRuntime, parallelLimit, QueueDropError, type TaskRuntime } from '@varunkanwar/atelier'
import { type Attempt, canRetry, isOpen, type Picture, type Source, type Standing } from './picture.ts'
import { Pipeline } from './pipeline.ts'
import type { Settings } from './settings.ts'
import { UnusableFileError } from './unusable-file.ts'

export type StudioListener = {
  added: (pictures: Picture[]) => void
  changed: (picture: Picture) => void
  cleared: () => void
  running: (running: boolean) => void
}

export class Studio {
  readonly runtime: TaskRuntime = createTaskRuntime()
  pictures: Picture[] = []
  #line: Attempt[] = []
  #settings: Settings
  #pipeline: Pipeline
  #running = false
  #attempts = 0
  readonly #listener: StudioListener

  constructor(settings: Settings, listener: StudioListener) {
    this.#settings = settings
    this.#pipeline = new Pipeline(this.runtime, settings)
    this.#listener = listener
  }

  get running(): boolean {
    return this.#running
  }

  /** Bytes of pixels that the page has passed on since the settings last changed. */
  get handed(): Readonly<Pipeline['handed']> {
    return this.#pipeline.handed
  }

  /** Images that `parallelLimit` has not started. */
  get notStarted(): number {
    return this.#line.length
  }

  /** Redefines the tasks, because the size and the policy of a pool cannot be changed. Only between runs. */
  configure(settings: Settings): void {
    if (this.#running) throw new Error('Settings cannot change during a run')
    this.#pipeline.dispose()
    this.#settings = settings
    this.#pipeline = new Pipeline(this.runtime, settings)
  }

  /** Queues images and starts a run unless one is in progress. */
  add(sources: Source[]): void {
    const pictures = sources.map((source): Picture => ({ key: '', source, standing: { at: 'queued' } }))
    this.pictures.push(...pictures)
    this.#listener.added(pictures)
    this.#enqueue(pictures)
  }

  cancel(picture: Picture): void {
    this.#cancel([picture])
  }

  cancelAll(): void {
    this.#cancel(this.pictures)
  }

  /** Queues images again for which that may help. */
  retry(pictures: Picture[]): void {
    const again = pictures.filter(canRetry)
    for (const picture of again) this.#move(picture, { at: 'queued' })
    this.#enqueue(again)
  }

  /** Removes every image. Cancels a run that is in progress. */
  clear(): void {
    this.cancelAll()
    this.pictures = []
    this.#listener.cleared()
  }

  #enqueue(pictures: Picture[]): void {
    for (const picture of pictures) {
      picture.key = `attempt-${this.#attempts++}`
      this.#line.push({ key: picture.key, picture })
    }
    if (!this.#running && this.#line.length > 0) void this.#run()
  }

  #cancel(pictures: Picture[]): void {
    const open = pictures.filter(isOpen)
    const keys = new Set(open.map(picture => picture.key))
    this.#line = this.#line.filter(attempt => !keys.has(attempt.key))
    for (const picture of open) {
      const { standing } = picture
      this.#move(picture, { at: 'canceled', from: standing.at === 'started' ? standing : undefined })
    }
    this.runtime.abortTaskController.abortMany([...keys])
  }

  /** Images that are added while the last ones are in progress are taken by the next round. */
  async #run(): Promise<void> {
    const { abortTaskController } = this.runtime
    this.#setRunning(true)
    while (this.#line.length > 0) {
      const results = parallelLimit(this.#take(), this.#settings.limit, attempt => this.#develop(attempt), {
        abortTaskController,
        keyOf: attempt => attempt.key,
        errorPolicy: 'continue',
        onError: (error, attempt) => this.#miss(attempt, error),
      })
      for await (const { attempt, developed } of results) this.#advance(attempt, { at: 'done', developed })
    }
    // No attempt is open now, so no key has to stay aborted.
    abortTaskController.clearAll()
    this.#setRunning(false)
  }

  /** Pulled when there is room for one more image, so queued images are only names. */
  *#take(): Generator<Attempt> {
    for (let attempt = this.#line.shift(); attempt; attempt = this.#line.shift()) yield attempt
  }

  async #develop(attempt: Attempt) {
    const developed = await this.#pipeline.develop(attempt, position => {
      this.#advance(attempt, { at: 'started', ...position })
    })
    return { attempt, developed }
  }

  #miss(attempt: Attempt, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    if (error instanceof QueueDropError) this.#advance(attempt, { at: 'dropped', reason })
    else this.#advance(attempt, { at: 'failed', reason, isFinal: error instanceof UnusableFileError })
  }

  /** Ignores reports of an attempt that is not the picture's latest or that was canceled. */
  #advance({ key, picture }: Attempt, standing: Standing): void {
    if (picture.key === key && isOpen(picture)) this.#move(picture, standing)
  }

  #move(picture: Picture, standing: Standing): void {
    picture.standing = standing
    this.#listener.changed(picture)
  }

  #setRunning(running: boolean): void {
    this.#running = running
    this.#listener.running(running)
  }
}
