/** Shows the name of a file above its code: of a fence such as ```` ```ts [src/main.ts] ````. */
import type { MarkdownOptions } from 'vitepress'

type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0]

export function fileNames(md: Markdown): void {
  const render = md.renderer.rules.fence
  if (!render) throw new Error('The Markdown renderer has no rule for fences.')
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const [, name] = /\[(.+)\]/.exec(tokens[index]?.info ?? '') ?? []
    const code = render(tokens, index, options, env, self)
    return name === undefined ? code : `<p class="file-name">${md.utils.escapeHtml(name)}</p>${code}`
  }
}
