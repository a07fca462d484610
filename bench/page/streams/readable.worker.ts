import { AHEAD, generators, type Kind } from './streamer.ts'

self.onmessage = ({ data: [kind, count] }: MessageEvent<[Kind, number]>) => {
  const items = generators[kind](count)
  const stream = new ReadableStream(
    {
      pull(controller) {
        const { done, value } = items.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: () => void items.return(undefined),
    },
    { highWaterMark: AHEAD[kind] },
  )
  postMessage(stream, { transfer: [stream] })
}
