import { recordingOf } from '@varunkanwar/atelier/devtools'
import { afterEach, expect, it, vi } from 'vitest'
import { soon } from '../support/soon.ts'
import { OpenPanel, panelWithJobs } from './devtools-panel.ts'
import { jobs } from './jobs.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** The bytes of a runtime that has made a call, failed one, and made another one later. */
async function recorded(): Promise<Uint8Array> {
  const { runtime, task } = jobs({}, { observability: { record: {} } })
  await task.sleep(20)
  await task.fail('no').catch(() => {})
  // Far longer than the last thirtieth of all this, however slow its worker started.
  await task.sleep(800)
  return recordingOf(runtime)
}

const slider = (panel: OpenPanel) => panel.one<HTMLInputElement>('input[type=range]')

const seek = (panel: OpenPanel, part: number) => {
  const field = slider(panel)
  field.value = String(Number(field.max) * part)
  field.dispatchEvent(new Event('input'))
}

/** Chooses a file, as a reader does. */
function choose(panel: OpenPanel, file: File): void {
  const field = panel.one<HTMLInputElement>('input[type=file]')
  const files = new DataTransfer()
  files.items.add(file)
  field.files = files.files
  field.dispatchEvent(new Event('change'))
}

it('a recording is opened from a file, scrubbed, and closed', async () => {
  const bytes = await recorded()
  const { task, panel } = panelWithJobs()
  await task.echo(1)
  panel.button('Calls').click()
  await panel.row('echo')
  choose(panel, new File([new Uint8Array(bytes)], 'report.atelier'))
  await panel.row('0-2', 'succeeded')
  expect(panel.one('.playback').textContent).toContain('report.atelier')
  expect(panel.calls()).toHaveLength(3)
  expect(panel.calls().some(row => row.includes('echo'))).toBe(false)
  await panel.row('0-1', 'failed')
  seek(panel, 0)
  // By a coarse clock the first call was made at the very beginning.
  await soon(() => expect(panel.calls().filter(row => !row.includes('0-0'))).toEqual([]))
  seek(panel, 0.97)
  await panel.row('0-2', 'in flight')
  seek(panel, 1)
  await panel.row('0-2', 'succeeded')
  panel.button('Close recording').click()
  await panel.row('echo')
  expect(panel.root.querySelector('.playback')).toBeNull()
})

it('a recording is played to its end', async () => {
  const panel = new OpenPanel()
  panel.element.openRecording(await recorded(), { name: 'report' })
  panel.button('Play').click()
  await soon(() => expect(panel.button('Stop')).toBeDefined())
  await soon(() => expect(panel.button('Play')).toBeDefined())
  expect(slider(panel).valueAsNumber).toBeCloseTo(Number(slider(panel).max), 0)
})

it('nothing can be done to what is recorded, and its lanes are painted', async () => {
  const panel = new OpenPanel()
  panel.element.openRecording(await recorded())
  await soon(() => expect(panel.colors('ok').ok).toBeGreaterThan(10))
  panel.one('.task').click()
  await soon(() => expect(panel.one('.aside h2').textContent).toBe('task 0'))
  expect(panel.all('.aside .actions')).toEqual([])
})

it('what is no recording is refused, with a reason', async () => {
  const panel = new OpenPanel()
  choose(panel, new File(['<b>no</b>'], '<i>x</i>.atelier'))
  await soon(() =>
    expect(panel.one('[role=alert]').textContent).toContain('<i>x</i>.atelier cannot be opened'),
  )
  expect(() => panel.element.openRecording(new Uint8Array(3))).toThrow()
  expect(panel.root.querySelector('.playback')).toBeNull()
})

it('the recording of a runtime that records is saved, and of no other', async () => {
  const plain = jobs()
  const { runtime, task } = jobs({}, { observability: { record: {} } })
  const panel = new OpenPanel(plain.runtime)
  expect(() => panel.button('Save the recording')).toThrow()
  panel.element.attach(runtime, { name: 'uploads' })
  await task.echo(1)
  const made = vi.spyOn(URL, 'createObjectURL')
  const names: string[] = []
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    names.push(this.download)
  })
  panel.button('Save the recording').click()
  expect(names).toEqual(['uploads.atelier'])
  const [[blob] = []] = made.mock.calls
  const saved = await new Response(blob as Blob).arrayBuffer()
  expect(() => panel.element.openRecording(new Uint8Array(saved))).not.toThrow()
})
