import { defineConfig } from 'vitepress'
import { inRepository, pathOfPage, sidebar } from './pages.ts'
import { anchorOf, repositoryLinks } from './repository-links.ts'

export default defineConfig({
  title: 'Atelier',
  description: 'A task runtime for browser workloads',
  rewrites: file => pathOfPage(inRepository(file)),
  outDir: '../target/site/out',
  cacheDir: '../target/site/cache',
  markdown: {
    anchor: { slugify: anchorOf },
    config: repositoryLinks,
  },
  vite: {
    publicDir: '../target/site/public',
    server: { host: '127.0.0.1' },
  },
  themeConfig: {
    nav: [
      { text: 'Quick start', link: '/#quick-start' },
      { text: 'Guides', link: '/guides/worker-setup' },
      { text: 'Reference', link: '/reference/atelier' },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: 'https://github.com/VarunKanwar/atelier' }],
  },
})
