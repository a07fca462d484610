import { join } from 'node:path'
import { type Browser, chromium, firefox } from 'playwright'
import { build, type InlineConfig, preview } from 'vite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Consumer, installPackage } from '../support/consumer.ts'
import { launchOptions, presentEngines } from '../support/engines.ts'
import { filesOf, STRICT_OPTIONS } from '../support/guide.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** A page for each guide that uses the files in the guide, and what it then shows. */
const PAGES = {
  'worker-setup': {
    main: `
      import { runtime, thumbnails } from './src/thumbnails.ts'
      import type { ModelAPI, ModelData } from './src/model.worker.ts'
      import type { NotesAPI } from './src/notes.worker.ts'
      import type { WordsAPI, WordsData } from './src/words.worker.ts'
      import './src/words.ts'

      // (module (func (export "score") (param i32) (result i32) local.get 0 i32.const 1 i32.add))
      const wasm = [
        0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 7, 9, 1, 5, 115, 99, 111, 114, 101, 0, 0,
        10, 9, 1, 7, 0, 32, 0, 65, 1, 106, 11,
      ]

      const canvas = new OffscreenCanvas(400, 200)
      canvas.getContext('2d')?.fillRect(0, 0, 400, 200)
      const { width, height } = await thumbnails.thumbnail(await canvas.convertToBlob(), 100)

      const words = runtime.defineTask<WordsAPI>({
        type: 'singleton',
        worker: () => new Worker(new URL('./src/words.worker.ts', import.meta.url), { type: 'module' }),
        workerData: { dictionary: 'data:,one%0Atwo' } satisfies WordsData,
      })
      const unknown = await words.unknownWords('One, two, trois')
      words.workers.setData({ dictionary: 'data:,trois' })
      const other = await words.unknownWords('One, two, trois')
      words.workers.setData({ dictionary: '/missing' })
      const failure = await words.unknownWords('one').catch(error => error.cause.message)

      const model = runtime.defineTask<ModelAPI>({
        type: 'singleton',
        worker: () => new Worker(new URL('./src/model.worker.ts', import.meta.url), { type: 'module' }),
        workerData: { url: 'data:application/wasm;base64,' + btoa(String.fromCharCode(...wasm)) } satisfies ModelData,
      })
      const notes = runtime.defineTask<NotesAPI>({
        type: 'singleton',
        worker: () => new Worker(new URL('./src/notes.worker.ts', import.meta.url), { type: 'module' }),
        workerData: 'guide',
      })
      const score = await model.score(20)
      const stores = await notes.stores()
      document.body.innerHTML = '<output></output>'
      document.querySelector('output')!.textContent = JSON.stringify({ width, height, unknown, other, failure, score, stores })`,
    says: {
      width: 100,
      height: 50,
      unknown: ['trois'],
      other: ['One', 'two'],
      failure: 'No dictionary at /missing',
      score: 21,
      stores: ['notes'],
    },
  },
  streams: streams(),
  'from-comlink': migration(),
  'from-workerpool': migration(),
}

function streams() {
  return {
    main: `
      import type { TaskStream } from '@varunkanwar/atelier'
      import { answer, model } from './src/chat.ts'
      import { csv, sum } from './src/csv.ts'
      import { copyNames, database } from './src/database.ts'
      import { readable, toFile, toResponse } from './src/readable.ts'

      const never = new AbortController().signal
      const idle = async (task: typeof csv | typeof database | typeof model) => {
        for (;;) {
          const { queueDepth, restingDepth } = task.getState()
          if (queueDepth + restingDepth === 0) return
          await new Promise(resolve => setTimeout(resolve, 1))
        }
      }
      const rejection = (promise: Promise<unknown>) => promise.then(() => undefined, error => error.name)

      // Of 3.4 MB, one chunk of 256 kB at a time.
      const lines = Array.from({ length: 200_000 }, (_, n) => 'row ' + n + ',' + n % 10)
      const file = new File([lines.join('\\n')], 'rows.csv')
      const shares: number[] = []
      const total = await sum(file, 1, share => shares.push(share), never)
      const last = shares.at(-1)
      shares.length = 0
      let rows = 0
      for await (const cells of csv.with({ onProgress: (share: number) => shares.push(share) }).rows(file)) {
        rows += cells.length / 2
        if (rows === 30_000) break
      }
      const read = Math.max(...shares) < 0.25
      const abort = new AbortController()
      const aborted = await rejection(sum(file, 1, () => abort.abort(), abort.signal))
      await idle(csv)

      await database.run('create table people (id integer primary key, name text)', [])
      await database.run('create table names (id integer primary key, name text)', [])
      await database.run('with recursive n(id) as (select 1 union all select id + 1 from n where id < 1000) ' +
        "insert into people select id, 'name ' || id from n", [])
      await copyNames()
      const names: unknown[] = []
      for await (const { name } of database.rows('select name from names order by id desc')) {
        names.push(name)
        if (names.length === 2) break
      }
      await idle(database)
      // It would be locked by a statement that is not finalized.
      await database.run('drop table names', [])

      const shown: string[] = []
      const stop = new AbortController()
      const start = await answer('one two three four', text => {
        shown.push(text)
        if (shown.length === 2) stop.abort()
      }, stop.signal)
      await idle(model)
      const whole = await answer('one two', () => {}, never)

      const response = await toResponse(model.tokens('a response')).text()
      await toFile(model.tokens('to a file'), 'answer.txt')
      const folder = await navigator.storage.getDirectory()
      const written = await (await (await folder.getFileHandle('answer.txt')).getFile()).text()
      const reader = readable(csv.rows(file)).getReader()
      const first = await reader.read()
      await reader.cancel()
      await idle(csv)
      // TypeScript's declarations lack it.
      const { from } = ReadableStream as { from?: (items: TaskStream<string>) => ReadableStream<string> }
      const same = from ? await new Response(from.call(ReadableStream, model.tokens('same'))
        .pipeThrough(new TextEncoderStream())).text() : 'SAME'

      document.body.innerHTML = '<output></output>'
      document.querySelector('output')!.textContent = JSON.stringify({
        csv: { total, last, rows, read, aborted },
        database: names,
        model: { start, shown, whole },
        piped: { response, written, first, same },
      })`,
    says: {
      csv: { total: 900_000, last: 1, rows: 30_000, read: true, aborted: 'AbortError' },
      database: ['NAME 1000', 'NAME 999'],
      model: { start: 'ONE TWO ', shown: ['ONE ', 'ONE TWO '], whole: 'ONE TWO' },
      piped: {
        response: 'A RESPONSE',
        written: 'TO A FILE',
        first: { done: false, value: ['row 0', '0'] },
        same: 'SAME',
      },
    },
  }
}

function migration() {
  const digests = [
    'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
    '3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d',
  ]
  return {
    main: `
      import { sha256 as after } from './after/hash.ts'
      import { sha256 as before } from './before/hash.ts'

      const files = ['a', 'b'].map(text => new Blob([text]))
      const hash = (sha256: (file: Blob) => Promise<string>) => Promise.all(files.map(file => sha256(file)))
      const told = { before: await hash(before), after: await hash(after) }
      document.body.innerHTML = '<output></output>'
      document.querySelector('output')!.textContent = JSON.stringify(told)`,
    says: { before: digests, after: digests },
  }
}

let consumer: Consumer
beforeAll(() => {
  consumer = installPackage()
  for (const name of ['workerpool', 'vite', 'typescript', 'papaparse', '@types', '@sqlite.org']) {
    consumer.link(name)
  }
})
afterAll(() => consumer.remove())

describe.each(Object.entries(PAGES))('the application of the guide %s', (guide, { main, says }) => {
  beforeAll(async () => {
    const files = {
      ...filesOf(guide),
      'main.ts': main,
      'index.html': '<!doctype html><title>Guide</title><script type="module" src="./main.ts"></script>',
      'tsconfig.json': JSON.stringify({
        compilerOptions: STRICT_OPTIONS,
        include: ['.'],
      }),
    }
    consumer.write(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`${guide}/${name}`, text])),
    )
    await build(siteOf(guide))
  })

  it(`the application of the guide ${guide} compiles`, () => {
    expect(consumer.tsc('-p', guide)).toBe('')
  })

  it.each(presentEngines())(
    `the application of the guide ${guide} runs in %s as Vite builds it`,
    async engine => {
      const browser = await { chromium, firefox }[engine].launch(launchOptions(engine))
      try {
        expect(await visit(browser, siteOf(guide))).toEqual(says)
      } finally {
        await browser.close()
      }
    },
  )
})

/** A configuration that only says where the files are. */
function siteOf(guide: string): InlineConfig {
  return {
    configFile: false,
    root: join(consumer.folder, guide),
    logLevel: 'error',
    // A path that is not there is not the page.
    appType: 'mpa',
    build: { target: 'es2022' },
    preview: { host: '127.0.0.1', port: 0 },
  }
}

async function visit(browser: Browser, site: InlineConfig): Promise<unknown> {
  const server = await preview(site)
  try {
    const page = await browser.newPage()
    await page.goto(server.resolvedUrls?.local[0] ?? '')
    return JSON.parse((await page.locator('output').textContent()) ?? '')
  } finally {
    await server.close()
  }
}
