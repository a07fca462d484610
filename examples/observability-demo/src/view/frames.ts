/** When pictures are drawn: with every frame, or a few times a second if the user prefers reduced motion. */

const CALM_MS = 500

/** Calls back before every frame that is due, until the returned function is called. */
export function everyFrame(draw: (now: number) => void): () => void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)')
  let last = Number.NEGATIVE_INFINITY
  const tick = (now: number) => {
    request = requestAnimationFrame(tick)
    if (calm.matches && now - last < CALM_MS) return
    last = now
    draw(now)
  }
  let request = requestAnimationFrame(tick)
  return () => cancelAnimationFrame(request)
}
