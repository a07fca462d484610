/** The code that a scenario runs, as text. */

const COMMENT = /(\/\*\*[\s\S]*?\*\/|\/\/.*)/

/** Highlights comments only, which is enough for fifty lines. */
export function showSource(element: HTMLElement, source: string): void {
  element.replaceChildren(
    ...source
      .trimEnd()
      .split(COMMENT)
      .map((text, index) => {
        if (index % 2 === 0) return text
        const comment = document.createElement('i')
        comment.textContent = text
        return comment
      }),
  )
}
