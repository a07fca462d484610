import { withBase } from 'vitepress'
import { h, type VNode } from 'vue'

const ALT = 'The guided tour: four workers at work, the queue in front of them, and the code that runs'

/** The guided tour, in the colors of the page, as a link to it. */
export function tourPicture(): VNode {
  const pictures = ['light', 'dark'].map(scheme =>
    h('img', { class: scheme, src: withBase(`/tour-${scheme}.png`), alt: ALT, width: 1280, height: 800 }),
  )
  return h('a', { class: 'tour-picture', href: withBase('/tour/'), target: '_self' }, pictures)
}
