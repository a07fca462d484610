import hex from './pkg/bytes.js'
import { initSync, Kernel } from './pkg/kernel.js'

let loaded = false

/**
 * A new kernel. The first one compiles the wasm module, which is inlined so that this can be synchronous; importing the
 * package does nothing.
 *
 * @throws Error where WebAssembly is missing, or a Content-Security-Policy forbids it.
 */
export function loadKernel(): Kernel {
  if (!loaded) {
    try {
      initSync({ module: decode(hex) })
    } catch (cause) {
      throw new Error(
        'The scheduling kernel cannot be compiled. It needs WebAssembly, which a Content-Security-Policy allows by ' +
          `'wasm-unsafe-eval' in script-src. The platform says: ${String(cause)}`,
        { cause },
      )
    }
    loaded = true
  }
  return new Kernel()
}

type FromHex = { fromHex?: (digits: string) => Uint8Array<ArrayBuffer> }

function decode(digits: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as FromHex).fromHex
  if (native) return native(digits)
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  )
}
