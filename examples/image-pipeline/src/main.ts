import { archive, type Result, resultName, save } from './download.ts'
import type { Picture } from './picture.ts'
import { sampleSets } from './samples.ts'
import { filesOf, type Selection, selectImages } from './sources.ts'
import { Studio } from './studio.ts'
import { Controls } from './view/controls.ts'
import { showCounts } from './view/counts.ts'
import { offerDevtools } from './view/devtools.ts'
import { find, setText } from './view/dom.ts'
import { plural } from './view/format.ts'
import { Progress } from './view/progress.ts'
import { Tiles } from './view/tiles.ts'
import { Viewer } from './view/viewer.ts'

const SNAPSHOT_MS = 100

const controls = new Controls(settings => studio.configure(settings))
const progress = new Progress()
const viewer = new Viewer()
const tiles = new Tiles({
  open: picture => {
    const done = studio.pictures.filter(({ standing }) => standing.at === 'done')
    viewer.open(resultsOf(done), done.indexOf(picture))
  },
  cancel: picture => studio.cancel(picture),
  retry: picture => studio.retry([picture]),
  download: picture => {
    for (const result of resultsOf([picture])) save(result.developed.file, resultName(result))
  },
})
const studio = new Studio(controls.settings, {
  added: pictures => {
    tiles.add(pictures)
    refresh()
  },
  changed: picture => {
    tiles.show(picture)
    refresh()
  },
  cleared: () => {
    tiles.clear()
    refresh()
  },
  running: running => {
    controls.lock(running)
    if (running) addEventListener('beforeunload', ask)
    else removeEventListener('beforeunload', ask)
    if (running) progress.began(studio.pictures)
    else progress.ended(studio.pictures)
    refresh()
  },
})

const samples = sampleSets(studio.runtime)

studio.runtime.subscribeRuntimeSnapshot(snapshot => showCounts(snapshot, studio.notStarted), {
  intervalMs: SNAPSHOT_MS,
})
offerDevtools(studio.runtime)

for (const id of ['#files', '#folder']) {
  const input = find(id, HTMLInputElement)
  input.addEventListener('change', () => {
    take(selectImages(input.files ?? []))
    // So that the same files can be chosen again.
    input.value = ''
  })
}

find('#samples', HTMLFormElement).addEventListener('submit', event => {
  event.preventDefault()
  studio.add(samples(find('#sample-count', HTMLInputElement).valueAsNumber))
})

document.addEventListener('dragover', event => {
  event.preventDefault()
  document.body.classList.add('dragging')
})
document.addEventListener('dragleave', event => {
  if (event.relatedTarget === null) document.body.classList.remove('dragging')
})
document.addEventListener('drop', async event => {
  event.preventDefault()
  document.body.classList.remove('dragging')
  if (event.dataTransfer) take(selectImages(await filesOf(event.dataTransfer)))
})

find('#cancel-all', HTMLButtonElement).addEventListener('click', () => studio.cancelAll())
find('#retry-all', HTMLButtonElement).addEventListener('click', () => studio.retry(studio.pictures))
find('#clear', HTMLButtonElement).addEventListener('click', () => {
  studio.clear()
  find('#files', HTMLInputElement).focus()
})
find('#download', HTMLButtonElement).addEventListener('click', async () => {
  save(await archive(resultsOf(studio.pictures)), 'atelier-images.zip')
})

/** Lets the browser ask before the page is left. Only during a run: a page with this listener is not kept for going back. */
function ask(event: BeforeUnloadEvent): void {
  event.preventDefault()
}

function take({ sources, skipped }: Selection): void {
  setText(
    find('#note', HTMLElement),
    skipped > 0 ? `${plural(skipped, 'file')} skipped: no image by name.` : '',
  )
  studio.add(sources)
}

function resultsOf(pictures: Picture[]): Result[] {
  return pictures.flatMap(({ source, standing }) =>
    standing.at === 'done' ? [{ name: source.name, developed: standing.developed }] : [],
  )
}

let scheduled = false

/** Draws the totals once per frame, however many pictures change in it. */
function refresh(): void {
  if (scheduled) return
  scheduled = true
  requestAnimationFrame(() => {
    scheduled = false
    progress.show(studio.pictures, studio.handed, studio.running)
  })
}
