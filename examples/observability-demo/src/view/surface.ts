/** A canvas that is as sharp as the screen and as large as its box. */

export class Surface {
  readonly canvas: HTMLCanvasElement
  /** In CSS pixels. */
  width = 0
  height = 0
  readonly #context: CanvasRenderingContext2D
  readonly #observer: ResizeObserver

  constructor(canvas: HTMLCanvasElement, resized: () => void) {
    const context = canvas.getContext('2d')
    if (!context) throw new Error('This browser draws no canvas')
    this.canvas = canvas
    this.#context = context
    this.#observer = new ResizeObserver(() => {
      this.width = canvas.clientWidth
      this.height = canvas.clientHeight
      resized()
    })
    this.#observer.observe(canvas)
  }

  /** An empty canvas whose unit is the CSS pixel. */
  begin(): CanvasRenderingContext2D {
    const scale = devicePixelRatio
    const width = Math.round(this.width * scale)
    const height = Math.round(this.height * scale)
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width
      this.canvas.height = height
    }
    this.#context.setTransform(scale, 0, 0, scale, 0, 0)
    this.#context.clearRect(0, 0, this.width, this.height)
    return this.#context
  }

  close(): void {
    this.#observer.disconnect()
  }
}

/** A hatch pattern, for workers that are kept busy or are missing. */
export function hatch(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  context.save()
  context.beginPath()
  context.rect(x, y, width, height)
  context.clip()
  context.beginPath()
  // The pattern is anchored to the page, so that it does not move while the box grows.
  for (let left = Math.floor((x - height) / 5) * 5; left < x + width; left += 5) {
    context.moveTo(left, y + height)
    context.lineTo(left + height, y)
  }
  context.lineWidth = 1.5
  context.stroke()
  context.restore()
}
