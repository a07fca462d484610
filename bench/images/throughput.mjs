/**
 * Images per second of the example page on real photographs: `npm run bench:images -- <folder>`. Settings take turns, so that
 * whatever else the machine does meets all of them. Prints medians, spread, and ratios within the run.
 */
import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const ROUNDS = 7
const REPEATS = 4

/** Each has one encoder. `poolSize` is the number of workers of decode + resize, and also of analyze. */
const SETTINGS = [
  { label: 'one image at a time', pool: 1, limit: 1 },
  { label: '1 worker', pool: 1, limit: 4 },
  { label: '2 workers', pool: 2, limit: 8 },
]

const photographs = photographsIn(process.argv[2])
const files = Array.from({ length: REPEATS }, () => photographs).flat()

const { module } = await runnerImport(fileURLToPath(new URL('../../tests/pages/visitor.ts', import.meta.url)))
const visitor = await module.Visitor.arrive()
const rates = new Map(SETTINGS.map(setting => [setting, []]))
for (let round = 0; round < ROUNDS; round++) {
  for (const setting of SETTINGS) rates.get(setting).push(await measure(setting))
}
await visitor.leave()

const [, single] = SETTINGS
console.log(`${files.length} images, ${ROUNDS} rounds, images/s:`)
for (const [{ label, pool, limit }, list] of rates) {
  const ratio = median(list) / median(rates.get(single))
  console.log(
    `${label.padEnd(20)} pool ${pool}, limit ${limit}: ${median(list).toFixed(1)} ` +
      `(${Math.min(...list).toFixed(1)} to ${Math.max(...list).toFixed(1)}), ${ratio.toFixed(2)} × ${single.label}`,
  )
}

/** The images in a folder, or a line that says what is missing and the end. */
function photographsIn(folder) {
  const files = folder && existsSync(folder) ? readdirSync(folder) : []
  const images = files.filter(name => /\.(png|jpe?g|webp|avif)$/i.test(name))
  if (images.length > 0) return images.map(name => resolve(folder, name))
  const problem = folder === undefined ? '' : `There are no images in ${resolve(folder)}. `
  console.error(`${problem}Usage: npm run bench:images -- <folder of png, jpeg, webp or avif images>`)
  process.exit(1)
}

/** Opens a fresh page and runs two rounds: one that starts the workers and is not counted, and one that is. */
async function measure({ pool, limit }) {
  const example = await visitor.open()
  await example.set('Pool size', pool)
  await example.set('Limit', limit)
  await example.choose(photographs)
  await example.settled()
  await example.page.getByRole('button', { name: 'Clear' }).click()
  const seconds = example.page.evaluate(timeOneRun, files.length)
  await example.choose(files)
  const rate = files.length / (await seconds)
  await example.page.context().close()
  return rate
}

/** Runs in the page: seconds from the first tile to the last result. */
function timeOneRun(count) {
  return new Promise(resolve => {
    let start
    const observer = new MutationObserver(() => {
      start ??= performance.now()
      if (document.querySelectorAll('.tile[data-state="done"]').length < count) return
      observer.disconnect()
      resolve((performance.now() - start) / 1000)
    })
    observer.observe(document.querySelector('#tiles'), {
      subtree: true,
      childList: true,
      attributeFilter: ['data-state'],
    })
  })
}

function median(list) {
  return list.toSorted((one, other) => one - other)[Math.floor(list.length / 2)]
}
