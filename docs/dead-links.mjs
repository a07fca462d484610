/** Follows every link of a built site to a page of the site, down to its anchor. Addresses elsewhere are not asked for. */
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { filesUnder } from '../scripts/lib/stamp.mjs'

/**
 * @param {string} site the folder that is served
 * @returns {{ page: string, href: string }[]}
 */
export function deadLinks(site) {
  // The kernel's pages are linked by the compiler, which has checked them itself; examples have addresses that their code understands.
  const pages = filesUnder(
    site,
    file => file.endsWith('.html') && !/^(kernel|tour|pipeline)/.test(relative(site, file)),
  )
  return pages.flatMap(file => {
    const page = relative(site, file)
    const hrefs = new Set(
      [...readFileSync(file, 'utf8').matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)].map(([, href]) => href),
    )
    return [...hrefs].filter(href => !leadsSomewhere(site, page, href)).map(href => ({ page, href }))
  })
}

function leadsSomewhere(site, page, href) {
  const { origin, pathname, hash } = new URL(href.replaceAll('&amp;', '&'), `http://site/${page}`)
  if (origin !== 'http://site') return true
  const path = join(site, decodeURI(pathname))
  const file = [path, `${path}.html`, join(path, 'index.html')].find(
    each => /\.\w+$/.test(each) && existsSync(each),
  )
  if (!file) return false
  return hash === '' || anchorsOf(file).has(decodeURIComponent(hash.slice(1)))
}

const known = new Map()

function anchorsOf(file) {
  const anchors =
    known.get(file) ??
    new Set([...readFileSync(file, 'utf8').matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))
  known.set(file, anchors)
  return anchors
}
