/** Addresses of workers' scripts that are written within a case. */

/**
 * How a script gets to its worker: as a module that is served, as a classic script that is served, or as a module from a
 * blob: or a data: URL.
 */
export type Delivery = 'module' | 'classic' | 'blob' | 'data'

/** Not the page's, which is none in a frame without an address. */
const { origin } = new URL(import.meta.url)

/** The address of a script that calls `run`, the text of a function, with the toolbox. */
export function scriptUrl(run: string, delivery: Delivery): { url: string; type: WorkerType } {
  const code =
    delivery === 'classic'
      ? `importScripts('${origin}/toolbox.iife.js');(${run})(toolbox)`
      : `import * as tools from '${origin}/toolbox.js';await (${run})(tools)`
  switch (delivery) {
    case 'module':
    case 'classic':
      return { url: `${origin}/script.js?code=${encodeURIComponent(code)}`, type: delivery }
    case 'blob':
      return { url: URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), type: 'module' }
    case 'data':
      return { url: `data:text/javascript,${encodeURIComponent(code)}`, type: 'module' }
    default:
      return delivery satisfies never
  }
}
