/** The one element that `selector` names; its class is checked, so a page that lacks it fails at start and says what. */
export function find<E extends Element>(
  selector: string,
  type: abstract new (...args: never[]) => E,
  within: ParentNode = document,
): E {
  const element = within.querySelector(selector)
  if (element instanceof type) return element
  throw new Error(`The page has no ${type.name} ${selector}`)
}

export function cloneOf(selector: string): DocumentFragment {
  const copy = find(selector, HTMLTemplateElement).content.cloneNode(true)
  if (copy instanceof DocumentFragment) return copy
  throw new Error(`${selector} is no template`)
}

/** Writes only what differs, so that a screen reader is not told the same thing again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
