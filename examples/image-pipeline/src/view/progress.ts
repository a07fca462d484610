/** The progress of the pictures: the bar, the tally, and the announcements for a screen reader. */
import { canRetry, isOpen, type Picture, type Standing } from '../picture.ts'
import { find, setText } from './dom.ts'
import { bytes, plural, rate } from './format.ts'

type End = Exclude<Standing['at'], 'queued' | 'started'>

const ENDS: readonly End[] = ['done', 'dropped', 'failed', 'canceled']

export class Progress {
  readonly #panel = find('#progress', HTMLElement)
  readonly #empty = find('#empty', HTMLElement)
  readonly #bar = find('#bar', HTMLElement)
  readonly #tally = find('#tally', HTMLElement)
  readonly #handed = find('#handed', HTMLElement)
  readonly #announcement = find('#announcement', HTMLElement)
  readonly #cancelAll = find('#cancel-all', HTMLButtonElement)
  readonly #retryAll = find('#retry-all', HTMLButtonElement)
  readonly #download = find('#download', HTMLButtonElement)
  #run: { since: number; doneBefore: number; perSecond: number } | undefined

  began(pictures: Picture[]): void {
    this.#run = { since: performance.now(), doneBefore: count(pictures, 'done'), perSecond: 0 }
    setText(this.#announcement, `Started ${plural(pictures.filter(isOpen).length, 'image')}`)
  }

  ended(pictures: Picture[]): void {
    setText(this.#announcement, `Finished. ${summary(pictures)}`)
  }

  show(pictures: Picture[], handed: { moved: number; copied: number }, running: boolean): void {
    this.#panel.hidden = pictures.length === 0
    this.#empty.hidden = pictures.length > 0
    const open = pictures.filter(isOpen).length
    const closed = pictures.length - open
    this.#bar.setAttribute('aria-valuemax', String(Math.max(1, pictures.length)))
    this.#bar.setAttribute('aria-valuenow', String(closed))
    this.#bar.setAttribute('aria-valuetext', summary(pictures))
    for (const end of ENDS) {
      find(`[data-part="${end}"]`, HTMLElement, this.#bar).style.flexGrow = String(count(pictures, end))
    }
    this.#bar.style.setProperty('--open', String(open))
    this.#cancelAll.disabled = open === 0
    const retriable = pictures.filter(canRetry).length
    this.#retryAll.hidden = retriable === 0
    setText(this.#retryAll, `Retry ${retriable}`)
    this.#download.disabled = count(pictures, 'done') === 0
    setText(this.#tally, summary(pictures) + this.#pace(pictures, running))
    setText(this.#handed, handedOver(handed))
  }

  #pace(pictures: Picture[], running: boolean): string {
    if (!this.#run) return ''
    if (running) {
      const seconds = (performance.now() - this.#run.since) / 1000
      this.#run.perSecond = (count(pictures, 'done') - this.#run.doneBefore) / seconds
    }
    return this.#run.perSecond > 0 ? ` · ${rate(this.#run.perSecond)} images/s` : ''
  }
}

function count(pictures: Picture[], at: Standing['at']): number {
  return pictures.filter(picture => picture.standing.at === at).length
}

function summary(pictures: Picture[]): string {
  const parts = [`${count(pictures, 'done')} of ${plural(pictures.length, 'image')} done`]
  for (const end of ENDS) {
    const number = count(pictures, end)
    if (end !== 'done' && number > 0) parts.push(`${number} ${end}`)
  }
  return parts.join(' · ')
}

function handedOver({ moved, copied }: { moved: number; copied: number }): string {
  if (moved + copied === 0) return ''
  return `${bytes(moved)} of pixels moved from worker to worker, ${bytes(copied)} copied.`
}
