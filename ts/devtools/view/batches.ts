/** Rectangles by color, painted color by color: changing the color of a canvas for each costs more than the rectangle. */
export class Batches {
  readonly #styles: { color: string; alpha: number; rects: number[] }[] = []
  readonly #byName = new Map<string, number[]>()

  /** Adds a rectangle. */
  add(color: string, alpha: number, x: number, y: number, width: number, height: number): void {
    const name = color + alpha
    let rects = this.#byName.get(name)
    if (!rects) {
      rects = []
      this.#byName.set(name, rects)
      this.#styles.push({ color, alpha, rects })
      this.#styles.sort((one, other) => one.alpha - other.alpha)
    }
    rects.push(x, y, width, height)
  }

  /** Paints and forgets all, the faint ones first. */
  paint(context: CanvasRenderingContext2D): void {
    for (const { color, alpha, rects } of this.#styles) {
      if (rects.length === 0) continue
      context.fillStyle = color
      context.globalAlpha = alpha
      for (let at = 0; at < rects.length; at += 4) {
        const [x, y, width, height] = [rects[at], rects[at + 1], rects[at + 2], rects[at + 3]]
        context.fillRect(x as number, y as number, width as number, height as number)
      }
      rects.length = 0
    }
    context.globalAlpha = 1
  }

  /** Forgets the colors, which have changed. */
  clear(): void {
    this.#styles.length = 0
    this.#byName.clear()
  }
}
