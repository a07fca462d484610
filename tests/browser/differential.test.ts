import { createTaskRuntime, type Task, type TaskRuntime } from '@varunkanwar/atelier'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { server } from 'vitest/browser'
import { rejection } from '../support/outcome.ts'
import { type Built, build, detach, eachKind, type Plan, plans, type Realm } from './differential/values.ts'
import type { DescribeAPI } from './workers/described.worker.ts'

/** Sends a value to a worker that knows nothing of this package, with a list that was written by hand. */
class ByHand {
  readonly #worker = new Worker(new URL('./workers/bare.worker.ts', import.meta.url), { type: 'module' })

  /** What has arrived there. Undefined when it cannot be sent. */
  send({ value, list }: Built): Promise<string> | undefined {
    try {
      this.#worker.postMessage({ value }, list)
    } catch {
      return undefined
    }
    return new Promise(resolve => {
      this.#worker.addEventListener('message', ({ data }) => resolve(data), { once: true })
    })
  }

  end(): void {
    this.#worker.terminate()
  }
}

let runtime: TaskRuntime
let task: Task<DescribeAPI>
let byHand: ByHand
let realm: Realm

beforeAll(() => {
  runtime = createTaskRuntime()
  task = runtime.defineTask<DescribeAPI>({
    type: 'singleton',
    worker: () => new Worker(new URL('./workers/described.worker.ts', import.meta.url), { type: 'module' }),
  })
  byHand = new ByHand()
  const frame = document.createElement('iframe')
  document.body.append(frame)
  realm = frame.contentWindow as unknown as Realm
})

afterAll(() => {
  runtime.dispose()
  byHand.end()
})

/** Whether an object can be moved once, which moves it. */
function isWhole(object: Transferable): boolean {
  try {
    detach(object)
    return true
  } catch {
    return false
  }
}

/** What a call that fails leaves whole. Firefox does not tell a dead port before it has moved the ports in front of it. */
function keepable({ list, hasDeadPort }: Built): Transferable[] {
  if (server.browser !== 'firefox' || !hasDeadPort) return list
  return list.filter(object => Object.prototype.toString.call(object) !== '[object MessagePort]')
}

/** Sends the value of a plan both ways. */
async function compare(plan: Plan): Promise<void> {
  const what = JSON.stringify(plan)
  const [mine, other] = [build(plan, realm), build(plan, realm)]
  const arrived = await byHand.send(other)
  if (arrived === undefined || mine.spent) {
    const error = await rejection(task.describe(mine.value))
    expect(error, what).toBeInstanceOf(TypeError)
    expect(keepable(mine).filter(object => !isWhole(object)).length, what).toBe(0)
  } else {
    expect(await task.describe(mine.value), what).toBe(arrived)
    expect(mine.list.filter(isWhole).length, what).toBe(0)
  }
  expect(mine.ran(), what).toBeLessThanOrEqual(other.ran())
}

it('a value of each kind arrives as a message written by hand does, or fails before anything has moved', async () => {
  for (const plan of eachKind) await compare(plan)
}, 30_000)

it('any value arrives as a message written by hand does, or fails before anything has moved', async () => {
  const examples: [Plan][] = [
    [{ box: 'object', members: [{ leaf: 'deadPort' }, { box: 'computedElement', members: [] }] }],
    [{ box: 'object', members: [{ box: 'computedElement', members: [] }, { leaf: 'deadPort' }] }],
    [
      {
        box: 'computedElement',
        members: [{ leaf: 'deadPort' }, { box: 'object', members: [{ again: 0 }] }],
      },
    ],
  ]
  await fc.assert(fc.asyncProperty(plans, compare), { numRuns: 600, examples })
}, 60_000)
