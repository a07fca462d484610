/** The element that `selector` names. Throws an error that names it if it is missing or of another class. */
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

/** Writes only text that differs, so that a screen reader does not read the same text again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
