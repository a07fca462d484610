import { createTaskRuntime } from '@varunkanwar/atelier'
import { AtelierDevtools } from '@varunkanwar/atelier/devtools'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { soon } from '../support/soon.ts'
import { OpenPanel, panelWithJobs } from './devtools-panel.ts'
import { answered, jobs } from './jobs.ts'
import { streams } from './streams.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Resolves when pictures were drawn for a while. */
const frames = async (count = 3) => {
  for (let frame = 0; frame < count; frame++) await new Promise(resolve => requestAnimationFrame(resolve))
}

describe('the element', () => {
  it('is defined by importing its entry', () => {
    expect(document.createElement('atelier-devtools')).toBeInstanceOf(AtelierDevtools)
  })

  it('shows a task with its workers, its limits and its queue', async () => {
    const { task, runtime, panel } = panelWithJobs({
      taskName: 'photographs',
      poolSize: 1,
      maxQueueDepth: 2,
    })
    const calls = [1, 2, 3, 4].map(() => task.with({ key: 'long' }).cooperate())
    await soon(() => {
      const text = panel.one('.task').textContent
      expect(text).toContain('photographs')
      expect(text).toContain('1/1 in flight · 2 pending · 1 waiting')
      expect(text).toContain('1 worker')
    })
    runtime.abortTaskController.abort('long')
    await Promise.allSettled(calls)
  })

  it('paints calls as they happen, those that wait on their worker apart from those that run', async () => {
    const { task, runtime, panel } = panelWithJobs({ poolSize: 1, maxInFlight: 2 })
    await answered(task)
    const calls = [task.with({ key: 'long' }).cooperate(), task.with({ key: 'long' }).cooperate()]
    await soon(() => expect(panel.colors('accent').accent).toBeGreaterThan(10))
    runtime.abortTaskController.abort('long')
    await Promise.allSettled(calls)
    await Promise.all([task.sleep(2_000), task.sleep(2_000)])
    await task.fail('no').catch(() => {})
    await soon(() => {
      const { ok, error } = panel.colors('ok', 'error')
      expect(ok).toBeGreaterThan(100)
      expect(error).toBeGreaterThan(5)
    })
  })

  it('has a call in its table, and in its details where its time went', async () => {
    const { task, runtime, panel } = panelWithJobs()
    const trace = runtime.createTrace('import')
    panel.button('Calls').click()
    await task.with({ key: 'album', trace }).sleep(20)
    const row = await panel.row('succeeded', 'sleep', 'jobs', 'album', 'import')
    row.querySelector('button')?.click()
    await soon(() => expect(panel.one('.aside').textContent).toContain('in the handler'))
    expect(panel.one('.aside h2').textContent).toBe('sleep')
    expect(panel.one('.aside').textContent).toContain('albumtrace')
    expect(panel.root.activeElement).toBe(panel.one('.aside h2'))
    panel.press(panel.one('.aside h2'), 'Escape')
    expect(panel.one('.aside').hidden).toBe(true)
  })

  it('shows the calls that a filter finds', async () => {
    const { task, panel } = panelWithJobs()
    panel.button('Calls').click()
    await task.with({ key: 'one' }).echo(1)
    await task.with({ key: 'two' }).sleep(1)
    await panel.row('echo')
    await panel.row('sleep')
    panel.filter('key:two')
    await soon(() => expect(panel.calls()).toEqual([expect.stringContaining('two')]))
    await task.with({ key: 'one' }).echo(2)
    panel.filter('method:echo')
    await soon(() => expect(panel.calls()).toHaveLength(2))
    panel.filter('')
    await soon(() => expect(panel.calls()).toHaveLength(3))
  })

  it('lists crashes with their causes', async () => {
    const { task, panel } = panelWithJobs({ poolSize: 1 })
    await task.throwSoon('the photograph is broken')
    await soon(() => expect(panel.button('Crashes 1')).toBeDefined())
    panel.button('Crashes 1').click()
    await soon(() => {
      expect(panel.one('.crash summary').textContent).toContain('the photograph is broken')
    })
    expect(panel.one('.crash pre').textContent).toContain('the photograph is broken')
  })

  it('stands still while it is paused, and zooms', async () => {
    const { task, panel } = panelWithJobs()
    panel.button('Calls').click()
    await task.echo(1)
    await panel.row('echo')
    panel.button('Pause').click()
    await frames(3)
    await task.sleep(1)
    await frames(30)
    expect(panel.calls().filter(row => row.includes('sleep'))).toEqual([])
    panel.button('Paused').click()
    await panel.row('sleep')
    expect(panel.one('output').textContent).toBe('10 s')
    panel.button('Show less time').click()
    await soon(() => expect(panel.one('output').textContent).toBe('5 s'))
  })

  it('is moved, zoomed and paused by keys', async () => {
    const { task, panel } = panelWithJobs()
    await task.echo(1)
    const timeline = panel.one('.scroller')
    panel.press(timeline, '+')
    await soon(() => expect(panel.one('output').textContent).toBe('5 s'))
    panel.press(timeline, 'ArrowLeft')
    await soon(() => expect(panel.one('.live').getAttribute('aria-pressed')).toBe('true'))
    panel.press(timeline, ' ')
    await soon(() => expect(panel.one('.live').getAttribute('aria-pressed')).toBe('false'))
    panel.press(panel.button('Lanes'), 'ArrowRight')
    expect(panel.root.activeElement?.textContent).toBe('Calls')
  })

  it('shows how far a stream is: its items, its credit, and that it rests', async () => {
    const { runtime, task } = streams()
    const panel = new OpenPanel(runtime)
    panel.button('Calls').click()
    const stream = task.count(1_000)
    await stream.next()
    ;(await panel.row('count', 'in flight')).querySelector('button')?.click()
    await soon(() => {
      const text = panel.one('.aside').textContent
      expect(text).toContain('items16')
      expect(text).toContain('not taken yet15')
      expect(text).toContain('the worker may send0')
      expect(text).toContain('so the call rests')
    })
    expect(panel.one('.task').textContent).toContain('1 resting')
    await stream.return()
    await soon(() => expect(panel.one('.task').textContent).not.toContain('resting'))
  })

  it('takes names for what they are, and never for markup', async () => {
    const hostile = '<img src=x onerror="globalThis.hacked = true">'
    const { task, runtime, panel } = panelWithJobs({ taskName: hostile, taskId: hostile })
    panel.button('Calls').click()
    await task.with({ key: hostile, trace: runtime.createTrace(hostile) }).echo(1)
    await (task as unknown as Record<string, () => Promise<unknown>>)[hostile]?.().catch(() => {})
    const row = await panel.row(hostile, 'failed')
    row.querySelector('button')?.click()
    await soon(() => expect(panel.one('.aside h2').textContent).toBe(hostile))
    panel.one('.task').click()
    await soon(() => expect(panel.one('.aside h2').textContent).toBe(hostile))
    expect(panel.root.querySelector('img')).toBeNull()
    expect('hacked' in globalThis).toBe(false)
  })
})

describe('what can be done', () => {
  it('workers are stopped and started', async () => {
    const { task, panel } = panelWithJobs()
    await task.echo(1)
    await soon(() => panel.one('.task').click())
    panel.button('Stop workers').click()
    expect(task.getState()).toMatchObject({ taskStatus: 'paused', activeWorkers: 0 })
    await soon(() => expect(panel.one('.task .state').textContent).toBe('paused'))
    expect(panel.one('[role=status]').textContent).toContain('were stopped')
    panel.button('Start workers').click()
    expect(await task.echo(2)).toBe(2)
  })

  it('workers are replaced', async () => {
    const { task, workers, panel } = panelWithJobs({ poolSize: 1 })
    await task.echo(1)
    await soon(() => panel.one('.task').click())
    panel.button('Replace workers').click()
    await soon(() => expect(panel.one('.aside').textContent).toContain('workers terminated1'))
    expect(await task.echo(2)).toBe(2)
    expect(workers).toHaveLength(2)
  })

  it('a key is aborted and allowed again', async () => {
    const { task, panel } = panelWithJobs()
    await answered(task)
    const call = task.with({ key: 'album' }).forever()
    panel.button('Calls').click()
    ;(await panel.row('album')).querySelector('button')?.click()
    panel.button('Abort the key').click()
    await expect(call).rejects.toThrow('album')
    await panel.row('album', 'canceled, still running')
    await expect(task.with({ key: 'album' }).echo(1)).rejects.toThrow('album')
    panel.button('Allow the key again').click()
    expect(await task.with({ key: 'album' }).echo(1)).toBe(1)
  })
})

describe('what it costs', () => {
  it('hidden it plans nothing, and is not connected to the runtime', async () => {
    const { task, runtime, panel } = panelWithJobs()
    await task.echo(1)
    panel.element.hidden = true
    await frames(4)
    const frame = vi.spyOn(globalThis, 'requestAnimationFrame')
    const timer = vi.spyOn(globalThis, 'setTimeout')
    const told: string[] = []
    const stop = runtime.subscribeEvents(({ name }) => told.push(name))
    stop()
    timer.mockClear()
    for (let call = 0; call < 20; call++) await task.echo(call)
    expect(frame).not.toHaveBeenCalled()
    expect(timer).not.toHaveBeenCalled()
    panel.element.hidden = false
    await soon(() => expect(frame).toHaveBeenCalled())
  })

  it('closed it plans nothing; its button opens it', async () => {
    const { task, panel } = panelWithJobs()
    panel.element.toggleAttribute('docked', true)
    await frames(3)
    const frame = vi.spyOn(globalThis, 'requestAnimationFrame')
    for (let call = 0; call < 20; call++) await task.echo(call)
    expect(frame).not.toHaveBeenCalled()
    panel.button('Open Atelier devtools').click()
    await soon(() => expect(frame).toHaveBeenCalled())
    panel.button('Close the panel').click()
    expect(panel.button('Open Atelier devtools')).toBe(panel.root.activeElement)
  })

  it('a thousand times attached and detached, it leaves nothing', async () => {
    const { runtime, task } = jobs()
    const panel = new OpenPanel()
    for (let round = 0; round < 1_000; round++) panel.element.attach(runtime)()
    expect(panel.all('.task')).toEqual([])
    await task.echo(1)
    await soon(() => expect(panel.one('.tasks').textContent).toBe('No runtime is attached.'))
  })

  it('taken out of the page and put back, it goes on', async () => {
    const { task, panel } = panelWithJobs()
    panel.button('Calls').click()
    await task.echo(1)
    panel.element.remove()
    await task.sleep(1)
    document.body.append(panel.element)
    await task.fail('no').catch(() => {})
    await panel.row('fail')
    expect(panel.calls().some(row => row.includes('sleep'))).toBe(false)
  })

  it('a storm is counted to the last call', async () => {
    const { task, runtime, panel } = panelWithJobs({
      maxInFlight: 8,
      maxQueueDepth: 50,
      queuePolicy: 'drop-oldest',
    })
    const totals: Record<string, number> = {}
    runtime.subscribeEvents(({ kind, name }) => {
      if (kind === 'counter') totals[name] = (totals[name] ?? 0) + 1
    })
    const calls = Array.from({ length: 3_000 }, (_, at) => (at % 10 === 0 ? task.fail('no') : task.echo(at)))
    const ends = await Promise.allSettled(calls)
    expect(ends).toHaveLength(3_000)
    panel.one('.task').click()
    await soon(() => {
      const text = panel.one('.aside').textContent ?? ''
      expect(text).toContain(`succeeded${totals['task.success.total']}`)
      expect(text).toContain(`failed${totals['task.failure.total']}`)
      expect(text).toContain(`rejected${totals['task.rejected.total']}`)
    })
  })
})

describe('several runtimes', () => {
  it('are shown by name, and each can be detached', async () => {
    const [one, other] = [jobs(), jobs()]
    const panel = new OpenPanel()
    panel.element.attach(one.runtime, { name: 'uploads' })
    const detach = panel.element.attach(other.runtime, { name: 'search' })
    await Promise.all([one.task.echo(1), other.task.echo(1)])
    const names = () => panel.all('.tasks h2').map(({ textContent }) => textContent)
    await soon(() => expect(names()).toEqual(['uploads', 'search']))
    detach()
    await soon(() => expect(panel.all('.task')).toHaveLength(1))
    expect(names()).toEqual([])
  })

  it('a runtime that is disposed is shown as it was', async () => {
    const { task, runtime, panel } = panelWithJobs()
    await task.echo(1)
    runtime.dispose()
    await soon(() => expect(panel.one('.task .state').textContent).toBe('disposed'))
    panel.button('Calls').click()
    await panel.row('echo', 'succeeded')
  })

  it('what is no runtime is refused', () => {
    const panel = new OpenPanel()
    expect(() => panel.element.attach({} as never)).toThrow(TypeError)
    expect(() => panel.element.attach(createTaskRuntime(), { name: 7 } as never)).toThrow(
      'name must be a string',
    )
  })
})
