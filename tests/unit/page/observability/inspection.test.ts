import { afterEach, expect, it, vi } from 'vitest'
import type { Shell } from '../../../../ts/page/kernel/host.ts'
import { type Inspection, inspections } from '../../../../ts/page/observability/inspection.ts'
import { bench } from '../../../support/bench.ts'
import { listen } from '../../../support/events.ts'
import { until } from '../../../support/turns.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** A bench whose effects a test sees. */
const inspected = (config = {}) => {
  const b = bench(config)
  const inspection = inspections.get(b.runtime) as Inspection
  const { host, shell, telemetry } = inspection
  const seen: string[] = []
  const passOn = (name: keyof Shell) => ({
    [name]: (...args: unknown[]) => {
      seen.push(name)
      return (shell[name] as (...args: unknown[]) => unknown)(...args)
    },
  })
  const names = Object.keys(shell) as (keyof Shell)[]
  host.connect(Object.assign({}, ...names.map(passOn)))
  const entry = [...inspection.tasks.entries()][0] as NonNullable<ReturnType<typeof inspection.tasks.entry>>
  return { ...b, host, shell, telemetry, seen, entry }
}

it('a shell that passes effects on sees each of them, and the runtime works on', async () => {
  const { task, seen } = inspected()
  expect(await task.echo(1)).toBe(1)
  expect(seen.filter(name => name !== 'deadline')).toEqual(['spawn', 'dispatch', 'resolve'])
})

it('the kernel counts for an inspector to whom no event is sent, and stops when it leaves', async () => {
  const { task, seen, telemetry } = inspected()
  telemetry.inspect(true)
  await task.echo(1)
  expect(seen).toEqual(expect.arrayContaining(['count', 'gauge', 'histogram']))
  expect(telemetry.timesCalls).toBe(true)
  telemetry.inspect(false)
  seen.length = 0
  await task.echo(1)
  expect(seen.filter(name => name !== 'deadline')).toEqual(['dispatch', 'resolve'])
  expect(telemetry.timesCalls).toBe(false)
})

it('an inspector that leaves takes no event from a listener, and its coming adds none', async () => {
  const { runtime, task, telemetry } = inspected()
  const told = listen(runtime)
  const names = async () => {
    await task.echo(1)
    return told.take().map(line => line.replace(/: .*/, ''))
  }
  await names()
  const before = await names()
  telemetry.inspect(true)
  expect(await names()).toEqual(before)
  telemetry.inspect(false)
  expect(await names()).toEqual(before)
})

it('the calls of a task that have not started are known by priority', async () => {
  const { task, host, entry, job } = inspected({ maxQueueDepth: 2 })
  const calls = [0, 4, 4, -8].map(priority => task.with({ priority }).run(priority))
  const queued = (priority: number) => host.port.queuedAt(entry.id, priority)
  expect([7, 4, 0, -8].map(queued)).toEqual([0, 2, 0, 1])
  const first = await job(0)
  first.resolve(0)
  await until(() => queued(4) === 1)
  expect([7, 4, 0, -8].map(queued)).toEqual([0, 1, 0, 1])
  task.dispose()
  await Promise.allSettled(calls)
})
it('the calls on a worker are known, those of which the caller has been told included', async () => {
  const { runtime, task, entry, job } = inspected({ maxInFlight: 2 })
  const kept = task.run('kept')
  const gone = task.with({ key: 'k' }).run('gone')
  await job('gone')
  runtime.abortTaskController.abort('k')
  await expect(gone).rejects.toThrow('k')
  const open = [...(entry.workers[0]?.openCalls() ?? [])]
  expect(open.map(({ method, isAbandoned }) => [method, isAbandoned])).toEqual([
    ['run', false],
    ['run', true],
  ])
  ;(await job('kept')).resolve(1)
  await kept
})
