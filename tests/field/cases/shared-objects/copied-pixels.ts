import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(
    () => ({
      brighten(pixels: Uint8ClampedArray) {
        for (let at = 0; at < pixels.length; at++) pixels[at] = (pixels[at] ?? 0) + 1
        return pixels
      },
    }),
    { maxInFlight: 3 },
  )
  await t.settles(task.ping())
  const pixels = new Uint8ClampedArray(2)
  const copies = task.with({ transfer: [] })
  const results = [copies.brighten(pixels), copies.brighten(pixels), copies.brighten(pixels)]
  t.equal(
    (await t.settles(Promise.all(results))).map(result => [...result]),
    [
      [1, 1],
      [1, 1],
      [1, 1],
    ],
  )
}) satisfies Case
