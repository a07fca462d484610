import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))

/** The text of a guide in docs/guides/, by its name without the extension. */
export function readGuide(name: string): string {
  return readFileSync(path(`docs/guides/${name}.md`), 'utf8')
}

/** Imports the nth TypeScript block, counted from 0, below a heading of a guide as a module. */
export async function recipe<Exports>(guide: string, heading: string, nth = 0): Promise<Exports> {
  const below = readGuide(guide).split(`# ${heading}\n`)[1] ?? ''
  const block = [...below.matchAll(/^```ts\n([\s\S]*?)^```$/gm)][nth]?.[1]
  if (block === undefined) throw new Error(`${guide}.md has no code below "${heading}".`)
  const folder = path(`target/guides/${guide}`)
  const file = `${folder}/${heading.toLowerCase().replaceAll(/\W+/g, '-')}-${nth}.ts`
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, block)
  return import(file)
}

/** The files that a guide shows, by the path in their fences. */
export function filesOf(guide: string): Record<string, string> {
  const blocks = [...readGuide(guide).matchAll(/^```tsx? \[(.+)\]\n([\s\S]*?)^```$/gm)]
  return Object.fromEntries(blocks.map(([, name = '', text = '']) => [name, text]))
}

/** Compiler options of a strict application under Vite, which the files of a guide compile with. */
export const STRICT_OPTIONS = {
  target: 'es2022',
  module: 'esnext',
  moduleResolution: 'bundler',
  lib: ['es2022', 'esnext.disposable', 'dom', 'dom.iterable'],
  types: ['vite/client'],
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
}
