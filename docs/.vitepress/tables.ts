/** An empty cell at the corner of a table heads nothing: it becomes a plain cell, which screen readers do not announce as a heading. */
import type { MarkdownOptions } from 'vitepress'

type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0]

export function plainCorners(md: Markdown): void {
  md.core.ruler.push('plain-corners', ({ tokens }) => {
    tokens.forEach((token, index) => {
      const end = tokens[index + 2]
      if (token.type !== 'th_open' || tokens[index + 1]?.content !== '' || end?.type !== 'th_close') return
      token.tag = end.tag = 'td'
    })
  })
}
