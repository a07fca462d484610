/** The code that a scenario runs, as text. */

const COMMENT = /(\/\*\*[\s\S]*?\*\/|\/\/.*)/

/** Comments are set apart, which is all the colour that fifty lines need. */
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
