import { afterEach, expect, it, vi } from 'vitest'
import { KernelPanicError } from '../../ts/index.ts'
import {
  type Attempt,
  type CallSeq,
  Outcome,
  type ScopeId,
  type TaskId,
} from '../../ts/page/kernel/boundary.ts'
import { Host, type Shell } from '../../ts/page/kernel/host.ts'
import { Kernel, takePanic } from '../../ts/page/kernel/pkg/kernel.js'
import { bareKernel, recorder } from '../support/effects.ts'

const CALLS = [0, 1, 2, 3] as CallSeq[]
const FIRST = 1 as Attempt

afterEach(() => {
  vi.restoreAllMocks()
})

/** A host whose shell performs nothing, but for what a test puts in its place. */
function hostWith(shell: Partial<Shell> = {}): { host: Host; log: unknown[][] } {
  const log: unknown[][] = []
  const host = new Host()
  const recording = recorder<unknown[], Shell>(log)
  host.connect(new Proxy(recording, { get: (_, name: keyof Shell) => shell[name] ?? recording[name] }))
  return { host, log }
}

/** When a call gets its turn by default. */
const PRIORITY = { priority: 0, followsSignal: false }

/** A task with one worker, on which one call is in flight. */
function busyTask({ host, log }: ReturnType<typeof hostWith>): { task: TaskId; scope: ScopeId } {
  const task = host.port.defineTask({ type: 'singleton' }, undefined) as TaskId
  submit(host, task, 0)
  const scope = host.port.openScope()
  log.length = 0
  return { task, scope }
}

function submit(host: Host, task: TaskId, call: number, scope?: ScopeId): void {
  host.port.submit(task, CALLS[call] as CallSeq, scope, undefined, undefined, PRIORITY, undefined, undefined)
}

function names(log: unknown[][]): unknown[] {
  return log.map(([name]) => name).filter(name => name !== 'deadline')
}

/** The one thing that the kernel cannot take: a clock that gives no number. */
function panic(turn: () => void): void {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(Number.NaN)
  try {
    turn()
  } finally {
    clock.mockRestore()
  }
}

function thrownBy(turn: () => void): unknown {
  try {
    turn()
  } catch (error) {
    return error
  }
  throw new Error('It threw nothing.')
}

it('a batch starts calls after the last of its inputs, so that a call which another of them ends is not sent', () => {
  const shown = (together: (host: Host, turns: () => void) => void) => {
    const bare = hostWith()
    const { host, log } = bare
    const { task, scope } = busyTask(bare)
    submit(host, task, 1, scope)
    together(host, () => {
      host.port.settle(task, 0 as CallSeq, FIRST, Outcome.Succeeded, undefined)
      host.port.abortScope(scope)
    })
    return names(log)
  }
  expect(shown((host, turns) => host.batch(turns))).toEqual(['resolve', 'reject'])
  expect(shown((_, turns) => turns())).toContain('dispatch')
})

it('a batch performs nothing before its last input', () => {
  const bare = hostWith()
  const { host, log } = bare
  const { task } = busyTask(bare)
  host.batch(() => {
    host.port.settle(task, 0 as CallSeq, FIRST, Outcome.Succeeded, undefined)
    host.batch(() => submit(host, task, 1))
    expect(names(log)).toEqual([])
  })
  expect(names(log)).toEqual(['resolve', 'dispatch'])
})

it('a batch happens at one moment, whatever the clock does meanwhile', () => {
  const { host } = hostWith()
  let ms = 1_000
  vi.spyOn(performance, 'now').mockImplementation(() => ms++)
  const moments: number[] = []
  const turn = () => {
    host.port.openScope()
    moments.push(host.moment)
  }
  host.batch(() => {
    turn()
    turn()
  })
  turn()
  expect(moments[1]).toBe(moments[0])
  expect(moments[2]).toBeGreaterThan(moments[0] as number)
})

it('a batch ends, and its effects are performed, also where it throws', () => {
  const bare = hostWith()
  const { host, log } = bare
  const { task } = busyTask(bare)
  const failing = () =>
    host.batch(() => {
      host.port.settle(task, 0 as CallSeq, FIRST, Outcome.Succeeded, undefined)
      submit(host, task, 1)
      throw new RangeError('of the caller')
    })
  expect(failing).toThrow('of the caller')
  expect(names(log)).toEqual(['resolve', 'dispatch'])
  host.port.settle(task, 1 as CallSeq, FIRST, Outcome.Succeeded, undefined)
  expect(names(log)).toEqual(['resolve', 'dispatch', 'resolve'])
})

it('a batch in the middle of a drain leaves its effects to that drain', () => {
  const log: unknown[] = []
  const bare = hostWith({
    resolve: () => {
      bare.host.batch(() => submit(bare.host, task, 1))
      log.push('resolve ends')
    },
    dispatch: (_, call) => log.push(`dispatch ${call}`),
  })
  const { task } = busyTask(bare)
  log.length = 0
  bare.host.port.settle(task, 0 as CallSeq, FIRST, Outcome.Succeeded, undefined)
  expect(log).toEqual(['resolve ends', 'dispatch 1'])
})

it('a batch in which the kernel panics performs nothing more, and reports the panic once', () => {
  const bare = hostWith()
  const { host, log } = bare
  const { task } = busyTask(bare)
  // The clock is read when the batch begins; what fails in the middle of it is a call to no task.
  const thrown = thrownBy(() =>
    host.batch(() => {
      host.port.settle(task, 0 as CallSeq, FIRST, Outcome.Succeeded, undefined)
      submit(host, 99 as TaskId, 0)
    }),
  )
  expect(thrown).toBeInstanceOf(KernelPanicError)
  expect(log.at(-1)).toEqual(['panicked', thrown])
  expect(thrownBy(() => host.batch(() => {}))).toBe(thrown)
  expect(names(log)).toEqual(['panicked'])
})

it('report swallows the panic that it causes, and the one that came before', () => {
  const { host, log } = hostWith()
  panic(() => host.report(() => host.port.openScope()))
  expect(names(log)).toEqual(['panicked'])
  expect(() => host.report(() => host.port.openScope())).not.toThrow()
  expect(() => host.port.openScope()).toThrow(KernelPanicError)
})

it('report throws whatever else is thrown in it, the panic of another runtime as well', () => {
  const [host, other] = [hostWith().host, hostWith().host]
  const mine = new Error('mine')
  const fail = () => {
    throw mine
  }
  expect(thrownBy(() => host.report(fail))).toBe(mine)
  panic(() => other.report(() => other.port.openScope()))
  expect(() => host.report(() => other.port.openScope())).toThrow(KernelPanicError)
  expect(() => host.port.openScope()).not.toThrow()
})

it('a panic in a turn within a drain ends the drain: no further effect is taken or performed', () => {
  const poll = vi.spyOn(Kernel.prototype, 'poll')
  const bare = hostWith({
    spawn() {
      panic(() => bare.host.report(() => bare.host.port.openScope()))
      poll.mockClear()
    },
  })
  const { host, log } = bare
  const task = host.port.defineTask({ type: 'singleton' }, undefined) as TaskId
  log.length = 0
  expect(() => submit(host, task, 0)).toThrow(KernelPanicError)
  expect(names(log)).toEqual(['panicked'])
  expect(poll).not.toHaveBeenCalled()
})

it('a panic is never followed by another input or question to the same kernel', () => {
  const { host } = hostWith()
  panic(() => host.report(() => host.port.openScope()))
  const open = vi.spyOn(Kernel.prototype, 'openScope')
  const ask = vi.spyOn(Kernel.prototype, 'revision')
  expect(() => host.port.openScope()).toThrow(KernelPanicError)
  expect(() => host.port.revision()).toThrow(KernelPanicError)
  expect(open).not.toHaveBeenCalled()
  expect(ask).not.toHaveBeenCalled()
})

it('a panic leaves its message to be taken once', () => {
  const { kernel } = bareKernel()
  expect(takePanic()).toBeUndefined()
  expect(() => kernel.openScope(Number.NaN)).toThrow()
  expect(takePanic()).toBe('the clock gave NaN')
  expect(takePanic()).toBeUndefined()
})

it('a panic is not blamed for a stack overflow in another runtime later', () => {
  const [first, second] = [hostWith().host, hostWith().host]
  let thrown: unknown
  panic(() => {
    thrown = thrownBy(() => first.port.openScope())
  })
  expect(thrown).toMatchObject({ message: expect.stringContaining('the clock gave NaN') })
  vi.spyOn(Kernel.prototype, 'openScope').mockImplementation(() => {
    throw new RangeError('Maximum call stack size exceeded')
  })
  expect(thrownBy(() => second.port.openScope())).toMatchObject({
    name: 'KernelPanicError',
    message: expect.stringMatching(/Panic: RangeError: Maximum call stack size exceeded$/),
  })
})
