/**
 * Links between the texts are those of the repository, so that they work where the files are read as they lie. Here they
 * become those of the site: a Markdown file becomes its page, any other file its place in the repository's web view.
 */
import { existsSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import type { MarkdownOptions } from 'vitepress'
import { inRepository, pathOfPage, root } from './pages.ts'

const WEB_VIEW = 'https://github.com/VarunKanwar/atelier/blob/main/'

type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0]

/** @throws Error for a link to a file that does not exist. */
export function repositoryLinks(md: Markdown): void {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === 'image') token.attrSet('src', pictureOnSite(token.attrGet('src') ?? ''))
      const href = token.type === 'link_open' ? token.attrGet('href') : null
      // An address, a path on the site, or a place on the same page.
      if (href === null || /^([a-z]+:|[/#])/.test(href)) continue
      // The search index gives the file as `path`, and pages as `realPath` when they have another path on the site.
      token.attrSet('href', onSite(href, env.realPath ?? env.path))
    }
  })
}

/** Pictures of the texts lie in docs/public, whose files are at the root of the site. */
function pictureOnSite(src: string): string {
  return src.replace(/^(.*\/)?public\//, '/')
}

function onSite(href: string, from: string): string {
  const page = inRepository(relative(join(root, 'docs'), from).replaceAll(sep, '/'))
  const [path = '', ...anchor] = href.split(/(?=#)/)
  const file = posix.join(posix.dirname(page), decodeURI(path))
  if (!existsSync(join(root, file))) throw new Error(`${page} links to ${href}, which does not exist.`)
  return (file.endsWith('.md') ? `/${pathOfPage(file)}` : `${WEB_VIEW}${file}`) + anchor.join('')
}

/** The anchor of a heading as GitHub makes it, so that links with one work there and here. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-')
}
