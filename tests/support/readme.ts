import { readFileSync } from 'node:fs'
import { readGuide } from './guide.ts'

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** The files that README.md shows in full, and what its guide shows for a page without a bundler. */
export function readmeFiles() {
  const [worker = '', page = ''] = blocks(README, 'Quick start', 'ts \\[.+\\]')
  const guide = readGuide('bundlers-and-csp')
  const [html = ''] = blocks(guide, 'Without a bundler', 'html')
  const [imports = ''] = blocks(guide, 'Without a bundler', 'js')
  if (!page || !worker || !html || !imports) throw new Error('The texts no longer show these files.')
  return {
    /** The script of a page that counts primes, and that of its worker `primes.worker.ts`. */
    ...{ page, worker },
    /** How the same page and worker resolve their imports without a build. */
    withoutBundler: { html, imports },
  }
}

/** The code blocks below a heading whose fences match a pattern. */
function blocks(text: string, heading: string, fence: string): string[] {
  const part = text.split(`## ${heading}\n`)[1]?.split(/^#+ /m)[0] ?? ''
  const fences = new RegExp(['^`{3}', fence, '\\n([^]*?)^`{3}$'].join(''), 'gm')
  return [...part.matchAll(fences)].map(([, block = '']) => block)
}
