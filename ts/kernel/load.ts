import base64 from './pkg/bytes.js'
import { initSync, Kernel } from './pkg/kernel.js'

let loaded = false

/**
 * A new kernel. The first one compiles the wasm module, which is inlined so that this can be synchronous; importing the
 * package does nothing.
 *
 * @throws Error when the page's Content-Security-Policy forbids wasm: script-src needs 'wasm-unsafe-eval'.
 */
export function loadKernel(): Kernel {
  if (!loaded) {
    initSync({ module: decode(base64) })
    loaded = true
  }
  return new Kernel()
}

type FromBase64 = { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }

function decode(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as FromBase64).fromBase64
  if (native) return native(text)
  return Uint8Array.from(atob(text), character => character.charCodeAt(0))
}
