import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { fileNames } from './file-names.ts'
import { landing } from './landing.ts'
import { inRepository, pathOfPage, sidebar } from './pages.ts'
import { anchorOf, repositoryLinks } from './repository-links.ts'
import { plainCorners } from './tables.ts'

const source = (path: string) => fileURLToPath(new URL(`../../ts/${path}`, import.meta.url))

/** Pages whose tables and diagrams need the room of the outline. */
const WIDE = new Set(['architecture.md', 'benchmarks.md', 'boundary.md'])

export default defineConfig({
  title: 'Atelier',
  description:
    'Typed async calls to pools of Web Workers, with a bounded queue, cancellation, streams and crash recovery',
  rewrites: file => pathOfPage(inRepository(file)),
  outDir: '../target/site/out',
  cacheDir: '../target/site/cache',
  head: [['link', { rel: 'icon', href: '/logo.svg', type: 'image/svg+xml' }]],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: anchorOf },
    config(md) {
      repositoryLinks(md)
      fileNames(md)
      plainCorners(md)
    },
  },
  transformPageData(page) {
    if (page.relativePath === 'index.md') Object.assign(page, { title: landing.title, frontmatter: landing })
    if (WIDE.has(page.relativePath)) Object.assign(page.frontmatter, { aside: false, pageClass: 'wide' })
  },
  transformHtml(html) {
    return html.includes('<main') ? html : html.replace('id="VPContent"', 'id="VPContent" role="main"')
  },
  vite: {
    publicDir: '../target/site/public',
    resolve: {
      alias: [
        { find: '@varunkanwar/atelier/worker', replacement: source('worker.ts') },
        { find: '@varunkanwar/atelier', replacement: source('index.ts') },
      ],
    },
    worker: { format: 'es' },
    build: { target: 'es2022' },
    server: { host: '127.0.0.1' },
  },
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Guides', link: '/guides/worker-setup', activeMatch: '^/guides/' },
      { text: 'Reference', link: '/api-reference' },
      { text: 'Tour', link: '/tour/', target: '_self' },
      { text: 'Image pipeline', link: '/pipeline/', target: '_self' },
    ],
    sidebar,
    notFound: { linkLabel: 'Take me home' },
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          searchOptions: {
            // Runs in the page, where it is all that there is: it may use nothing from around it.
            boostDocument(page: string): number {
              if (/^\/(guides|overview|api-reference)/.test(page)) return 4
              return page.startsWith('/decisions') ? 0.25 : 1
            },
          },
        },
      },
    },
    socialLinks: [{ icon: 'github', link: 'https://github.com/VarunKanwar/atelier' }],
  },
})
