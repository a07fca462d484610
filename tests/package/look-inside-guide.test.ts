import { expect, it, vi } from 'vitest'
import type { KernelPanicError, TaskRuntime } from '../../ts/index.ts'
import { bench } from '../support/bench.ts'
import { readGuide, recipe } from '../support/guide.ts'
import { rejection } from '../support/outcome.ts'

type Record = {
  createRecordedRuntime(): TaskRuntime
  recordingFile(runtime: TaskRuntime): File
  recordingOfFailure(error: unknown): Uint8Array | undefined
}

type Replay = { crashTimes(recording: Uint8Array): number[]; storyOf(recording: Uint8Array): string }

const record = () => recipe<Record>('look-inside', 'Record a runtime')
const replay = () => recipe<Replay>('look-inside', 'Replay')

it('look inside: the file of a recording is replayed', async () => {
  const { createRecordedRuntime, recordingFile } = await record()
  const { crashTimes, storyOf } = await replay()
  const runtime = createRecordedRuntime()
  const { worker, workers } = bench()
  const task = runtime.defineTask<{ echo(value: number): number }>({ type: 'singleton', worker })
  await task.echo(1)
  const before = performance.now()
  workers[0]?.crash()
  const file = recordingFile(runtime)
  const bytes = new Uint8Array(await file.arrayBuffer())
  const [crash] = crashTimes(bytes)
  expect(crash).toBeGreaterThanOrEqual(before)
  const story = storyOf(bytes).replaceAll(/^[\d.]+ /gm, '… ')
  // The lines that the guide shows, but for the times.
  const shown = readGuide('look-inside').split('```text\n')[1]?.split('```')[0] ?? ''
  const lines = shown
    .split('\n')
    .slice(1)
    .filter(line => line !== '…' && line !== '')
  expect(lines.length).toBe(5)
  for (const line of lines) {
    const start = line.replace(/^[\d.]+ /, '… ')
    expect(story).toContain(start)
  }
})

it('look inside: a failure of the kernel brings its recording', async () => {
  const { createRecordedRuntime, recordingOfFailure } = await record()
  const { storyOf } = await replay()
  const runtime = createRecordedRuntime()
  const { worker } = bench()
  const task = runtime.defineTask<{ echo(value: number): number }>({ type: 'singleton', worker })
  const clock = vi.spyOn(performance, 'now').mockReturnValue(Number.NaN)
  const failed = rejection(task.echo(1))
  clock.mockRestore()
  const error = (await failed) as unknown as KernelPanicError
  expect(storyOf(recordingOfFailure(error) as Uint8Array)).toContain('\n  panic: the clock gave NaN\n')
  expect(recordingOfFailure(new Error('another'))).toBeUndefined()
})
