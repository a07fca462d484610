import { AHEAD, generators, type Kind } from './streamer.ts'

let items: Generator<number | ArrayBuffer>
let size = 0

/** The first message of a stream names it; each other one asks for a batch, or ends it. */
self.onmessage = ({ data }: MessageEvent<[Kind, number] | 'more' | 'end'>) => {
  if (data === 'end') {
    items.return(undefined)
    return
  }
  if (data !== 'more') {
    const [kind, count] = data
    items = generators[kind](count)
    size = AHEAD[kind] / 2
  }
  const batch: (number | ArrayBuffer)[] = []
  const moves: ArrayBuffer[] = []
  while (batch.length < size) {
    const { done, value } = items.next()
    if (done) break
    batch.push(value)
    if (value instanceof ArrayBuffer) moves.push(value)
  }
  postMessage(batch, { transfer: moves })
}
