/** The cases that there are, read from their files without running them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type FieldCase = {
  /** Its kind and its name: the path under cases/ without the ending. */
  name: string
  /** Whether `npm test` runs it. */
  quick: boolean
  /** Whether its page is cross-origin isolated. */
  isolated: boolean
}

/** Every file under cases/ that is no worker's, in order of its name. */
export function allCases(): FieldCase[] {
  const folder = fileURLToPath(new URL('../cases', import.meta.url))
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !file.endsWith('.worker.ts'))
    .sort()
    .map(file => {
      const text = readFileSync(join(folder, file), 'utf8')
      const says = (constant: string) => text.includes(`export const ${constant} = true`)
      return { name: file.slice(0, -'.ts'.length), quick: says('quick'), isolated: says('isolated') }
    })
}
