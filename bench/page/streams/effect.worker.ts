import { WorkerRunner } from '@effect/platform'
import { BrowserWorkerRunner } from '@effect/platform-browser'
import { Effect, Layer, Stream } from 'effect'
import { generators, type Kind } from './streamer.ts'

const runner = WorkerRunner.layer(([kind, count]: [Kind, number]) =>
  Stream.fromIterable<number | ArrayBuffer>({ [Symbol.iterator]: () => generators[kind](count) }),
)
Effect.runFork(WorkerRunner.launch(Layer.provide(runner, BrowserWorkerRunner.layer)))
