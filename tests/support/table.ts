/** Reads the tables of a guide, so that tests expect exactly what the guide says. */

/** A row of a table: its cells by the headings of their columns. */
export type Row = Record<string, string>

/**
 * Returns the rows of the first table under a heading.
 *
 * @throws Error when there is no such heading, or no table under it.
 */
export function tableUnder(markdown: string, heading: string): Row[] {
  const section = markdown.split(/^#+ /m).find(text => text.startsWith(`${heading}\n`))
  const [head, , ...rows] = section?.match(/^\|.*\|$/gm) ?? []
  if (!head) throw new Error(`The guide has no table under "${heading}".`)
  const columns = cells(head)
  return rows.map(row => Object.fromEntries(cells(row).map((cell, at) => [columns[at], cell])))
}

function cells(line: string): string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map(cell => cell.trim())
}

/** The outcome of a call, as a cell describes it. */
export type Ending = {
  kind: 'answer' | 'value' | 'never' | 'error'
  /** The class of the error, as {@link classOf} returns it. */
  name?: string | undefined
  /** Texts that its message, or that of its cause, contains. */
  texts: string[]
  /** The members that the error has lost. */
  lost: string[]
}

const KINDS: Record<string, Ending['kind']> = {
  'its answer': 'answer',
  'the value': 'value',
  'nothing, ever': 'never',
}

/** Reads: its answer · the value · nothing, ever · `Class` “text” “text” without this, that */
export function endingIn(cell = ''): Ending {
  const lost = /without (.*)$/.exec(cell)?.[1]?.split(', ') ?? []
  const texts = [...cell.matchAll(/“(.*?)”/g)].map(([, text = '']) => text)
  return { kind: KINDS[cell] ?? 'error', name: codeIn(cell)[0], texts, lost }
}

/** The text between backticks. */
export function codeIn(cell = ''): string[] {
  return [...cell.matchAll(/`(.*?)`/g)].map(([, code = '']) => code)
}

/** What a `catch` would check: the name of a DOMException, the class of any other error. */
export function classOf(error: Error): string {
  return error instanceof DOMException ? error.name : error.constructor.name
}
