/** The whole page: what most readers look for first, then the rest of each entry point. */
import { publicDeclarations } from './declarations.mjs'
import { renderer } from './render.mjs'

/** What comes first in its entry point, in this order; the rest follows in the order of the alphabet. */
const FIRST = [
  'createTaskRuntime',
  'RuntimeConfig',
  'TaskRuntime',
  'TaskConfig',
  'TaskDispatchOptions',
  'Task',
  'AbortTaskController',
  'WorkerState',
  'createTaskWorker',
  'TaskWorkerOptions',
  'TaskContext',
  'StripTaskContext',
  'parallelLimit',
  'ParallelLimitOptions',
  'yieldAsCompleted',
  'registerError',
]

export function apiReference() {
  const { checker, entries } = publicDeclarations()
  const exported = new Set(entries.flatMap(({ exports }) => exports.map(({ name }) => name)))
  const { render } = renderer(checker, exported)
  const seen = new Map()
  const sections = entries.map(({ name, about, exports, foreign }) => {
    const own = exports.filter(each => !seen.has(each.symbol)).sort(byRank)
    const again = exports.filter(each => seen.has(each.symbol)).sort(byRank)
    for (const each of own) seen.set(each.symbol, name)
    const repeated =
      again.length > 0 &&
      `Also exports ${again.map(each => `[${each.name}](#${each.name.toLowerCase()})`).join(', ')}.`
    const comlinks =
      foreign.length > 0 &&
      `From [Comlink](https://github.com/GoogleChromeLabs/comlink): ${foreign.map(each => `\`${each}\``).join(', ')}.`
    return [`## ${name}`, about, comlinks, repeated, ...own.map(render)].filter(Boolean).join('\n\n')
  })
  return `${[HEAD, ...sections].join('\n\n')}\n`
}

const HEAD = `# API reference

Everything that the package exports. Written from the doc comments of the source by \`node docs/api-reference.mjs\`.

All options: [createTaskRuntime()](#runtimeconfig), [defineTask()](#taskconfig), [with()](#taskdispatchoptions),
[createTaskWorker()](#taskworkeroptions), [parallelLimit()](#parallellimitoptions).`

function byRank(a, b) {
  return rank(a) - rank(b) || (a.name < b.name ? -1 : 1)
}

function rank({ name }) {
  const place = FIRST.indexOf(name)
  return place < 0 ? FIRST.length : place
}
