/** A stream of Effect from a worker of its pool, in the chunks that it makes itself. It copies what it sends. */
import { Worker as EffectWorker } from '@effect/platform'
import { BrowserWorker } from '@effect/platform-browser'
import { Effect, Exit, Scope, Stream } from 'effect'
import type { Kind, Streamer } from './streamer.ts'

export function openStreamer(): Streamer {
  const scope = Effect.runSync(Scope.make())
  const pool = Effect.runPromise(
    EffectWorker.makePool<[Kind, number], unknown, never>({ size: 1 }).pipe(
      Effect.provideService(Scope.Scope, scope),
      Effect.provide(
        BrowserWorker.layer(
          () => new Worker(new URL('./effect.worker.ts', import.meta.url), { type: 'module' }),
        ),
      ),
    ),
  )
  return {
    async *stream(kind, count) {
      yield* Stream.toAsyncIterable((await pool).execute([kind, count]))
    },
    close: () => void Effect.runPromise(Scope.close(scope, Exit.void)),
  }
}
