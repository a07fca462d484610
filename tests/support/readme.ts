import { readFileSync } from 'node:fs'

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** The files that README.md shows in full. */
export function readmeFiles() {
  const [page = '', worker = ''] = blocks('To try it', 'ts')
  const [html = ''] = blocks('Without a bundler', 'html')
  const [imports = ''] = blocks('Without a bundler', 'js')
  if (!page || !worker || !html || !imports) throw new Error('README.md no longer shows these files.')
  return {
    /** The script of a page that counts primes, and that of its worker `primes.worker.ts`. */
    ...{ page, worker },
    /** How the same page and worker resolve their imports without a build. */
    withoutBundler: { html, imports },
  }
}

/** The code blocks in a language below a heading. */
function blocks(heading: string, language: string): string[] {
  const part = README.split(`### ${heading}\n`)[1]?.split(/^#+ /m)[0] ?? ''
  const fences = new RegExp(['^`{3}', language, '\\n([^]*?)^`{3}$'].join(''), 'gm')
  return [...part.matchAll(fences)].map(([, block = '']) => block)
}
