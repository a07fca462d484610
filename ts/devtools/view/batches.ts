/** Rectangles of one color, four numbers each. */
type Batch = { readonly color: string; readonly alpha: number; readonly rects: number[] }

/** Rectangles by color, painted color by color: changing the color of a canvas for each costs more than the rectangle. */
export class Batches {
  /** The faint ones first. */
  readonly #batches: Batch[] = []
  readonly #byColor = new Map<string, Map<number, Batch>>()
  #last: Batch | undefined

  /** Adds a rectangle. */
  add(color: string, alpha: number, x: number, y: number, width: number, height: number): void {
    // Neighbors mostly look alike.
    if (this.#last?.color !== color || this.#last.alpha !== alpha) this.#last = this.#batch(color, alpha)
    this.#last.rects.push(x, y, width, height)
  }

  /** Paints and forgets all, the faint ones first. */
  paint(context: CanvasRenderingContext2D): void {
    for (const { color, alpha, rects } of this.#batches) {
      if (rects.length === 0) continue
      context.fillStyle = color
      context.globalAlpha = alpha
      for (let at = 0; at < rects.length; at += 4) {
        context.fillRect(
          rects[at] as number,
          rects[at + 1] as number,
          rects[at + 2] as number,
          rects[at + 3] as number,
        )
      }
      rects.length = 0
    }
    context.globalAlpha = 1
  }

  /** Forgets the colors, which have changed. */
  clear(): void {
    this.#batches.length = 0
    this.#byColor.clear()
    this.#last = undefined
  }

  #batch(color: string, alpha: number): Batch {
    let byAlpha = this.#byColor.get(color)
    if (!byAlpha) {
      byAlpha = new Map()
      this.#byColor.set(color, byAlpha)
    }
    let batch = byAlpha.get(alpha)
    if (!batch) {
      batch = { color, alpha, rects: [] }
      byAlpha.set(alpha, batch)
      this.#batches.push(batch)
      this.#batches.sort((one, other) => one.alpha - other.alpha)
    }
    return batch
  }
}
