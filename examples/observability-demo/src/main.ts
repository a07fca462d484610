/** The tour: one stop at a time, named by the address's fragment. */

import { find, setText } from '../../image-pipeline/src/view/dom.ts'
import type { Stop } from './stop.ts'
import { Controls } from './view/controls.ts'
import { Listing } from './view/source.ts'
import { backpressureStop } from './views/backpressure.ts'
import { cancellationStop } from './views/cancellation.ts'
import { concurrencyStop } from './views/concurrency.ts'
import { crashStop } from './views/crash.ts'
import { hangStop } from './views/hang.ts'
import { livesStop } from './views/lives.ts'
import { observabilityStop } from './views/observability.ts'
import { orderStop } from './views/order.ts'
import { progressStop } from './views/progress.ts'
import { streamsStop } from './views/streams.ts'
import workerSource from './workers/jobs.worker.ts?raw'

const STOPS: readonly [Stop, ...Stop[]] = [
  concurrencyStop,
  backpressureStop,
  orderStop,
  cancellationStop,
  progressStop,
  streamsStop,
  crashStop,
  hangStop,
  livesStop,
  observabilityStop,
]

const title = find('#title', HTMLElement)
const board = find('#board', HTMLElement)
const announcement = find('#announcement', HTMLElement)
const form = find('#controls', HTMLFormElement)
const links = STOPS.map(linkTo)
const announce = (text: string) => setText(announcement, text)
const listing = new Listing('#source', '#copy', announce)
const workerListing = new Listing('#worker-source', '#copy-worker', announce)
const previous = find('#previous', HTMLAnchorElement)
const next = find('#next', HTMLAnchorElement)

find('#tour', HTMLElement).append(...links.map(asItem))

let leave = () => {}
arrive()
addEventListener('hashchange', () => {
  arrive()
  title.focus()
})

function arrive(): void {
  const stop = STOPS.find(({ id }) => location.hash === `#${id}`) ?? STOPS[0]
  const index = STOPS.indexOf(stop)
  leave()
  document.title = `${stop.title} · Atelier guided demo`
  setText(title, stop.title)
  setText(announcement, '')
  board.dataset.stop = stop.id
  find('#lead', HTMLElement).replaceChildren(...stop.lead.map(paragraph))
  setText(find('#file', HTMLElement), stop.file)
  listing.show(stop.source, stop.file)
  const worker = stop.worker ?? { source: workerSource, file: 'jobs.worker.ts' }
  setText(find('#worker-file', HTMLElement), worker.file)
  workerListing.show(worker.source, worker.file)
  for (const [number, link] of links.entries()) {
    if (number === index) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  const before = STOPS[index - 1]
  previous.hidden = !before
  if (before) lead(previous, `#${before.id}`, `Previous: ${before.title}`)
  const after = STOPS[index + 1]
  if (after) lead(next, `#${after.id}`, `Next: ${after.title}`)
  else lead(next, '../image-pipeline/', 'Next: your own images in the image pipeline')
  const controls = new Controls(form)
  const end = stop.show({ controls, board, announce })
  leave = () => {
    end()
    controls.clear()
    board.replaceChildren()
  }
}

function lead(link: HTMLAnchorElement, href: string, text: string): void {
  link.href = href
  setText(link, text)
}

function linkTo({ id, title }: Stop): HTMLAnchorElement {
  const link = document.createElement('a')
  link.href = `#${id}`
  link.textContent = title
  return link
}

function asItem(link: HTMLAnchorElement): HTMLElement {
  const item = document.createElement('li')
  item.append(link)
  return item
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement('p')
  element.textContent = text
  return element
}
