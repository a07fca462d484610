/** The page of one case. The runner calls `runCase`, once. */
import { type Case, Field, Hang, Lacking } from './field.ts'

/** How a case ended. */
export type Report = { outcome: 'passed' | 'failed' | 'hung' | 'lacking'; text: string }

/** Errors that nobody caught, and rejections that nobody has handled, by their promise. */
const uncaught = new Map<unknown, unknown>()
addEventListener('error', event => uncaught.set(event, event.error ?? event.message))
addEventListener('unhandledrejection', event => uncaught.set(event.promise, event.reason))
// A case may await one call after the other.
addEventListener('rejectionhandled', event => uncaught.delete(event.promise))

async function runCase(name: string, limitMs: number): Promise<Report> {
  const field = new Field()
  const limit = new Promise<Report>(resolve =>
    setTimeout(
      () => resolve({ outcome: 'hung', text: `Not over after ${limitMs / 1000} s. ${field.open}` }),
      limitMs,
    ),
  )
  return Promise.race([limit, run(name, field)])
}

async function run(name: string, field: Field): Promise<Report> {
  try {
    const { default: test }: { default: Case } = await import(/* @vite-ignore */ `/cases/${name}.ts`)
    await test(field)
    await field.aftermath()
    // A rejection counts as unhandled when the event loop has gone round.
    await field.sleep(0)
    const unforeseen = [...uncaught.values()].filter(
      error => !field.foreseen.some(pattern => pattern.test(String(error))),
    )
    if (unforeseen.length > 0) throw new Error(`The page did not catch: ${unforeseen.map(String).join('; ')}`)
    return { outcome: 'passed', text: '' }
  } catch (error) {
    if (error instanceof Lacking) return { outcome: 'lacking', text: error.message }
    const text = [
      error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error),
      ...uncaught.values(),
    ].join('\nnot caught: ')
    return { outcome: error instanceof Hang ? 'hung' : 'failed', text }
  }
}

Object.assign(globalThis, { runCase })
