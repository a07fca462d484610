import text from './pkg/bytes.js'
import { initSync, Kernel } from './pkg/kernel.js'
import { Registers } from './registers.ts'

let memory: WebAssembly.Memory | undefined

/**
 * A new kernel. The first one compiles the wasm module, which is inlined so that this can be synchronous; importing the
 * package does nothing.
 *
 * @throws Error where WebAssembly is missing, or a Content-Security-Policy forbids it.
 */
export function loadKernel(): Kernel {
  if (!memory) {
    try {
      memory = initSync({ module: decode(text) }).memory
    } catch (cause) {
      throw new Error(
        'The scheduling kernel cannot be compiled. It needs WebAssembly, which a Content-Security-Policy allows by ' +
          `'wasm-unsafe-eval' in script-src. The platform says: ${String(cause)}`,
        { cause },
      )
    }
  }
  return new Kernel()
}

/** The registers of a kernel that {@link loadKernel} made. */
export function registersOf(kernel: Kernel): Registers {
  if (!memory) throw new Error('No kernel is loaded.')
  return new Registers(memory, kernel)
}

/** The bytes that scripts/kernel.mjs wrote as text: 91 digits, of which the last two begin a pair. */
function decode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  let length = 0
  for (let at = 0; at < text.length; at++) {
    const value = digit(text.charCodeAt(at))
    bytes[length++] = value < 89 ? value : 89 + (value - 89) * 91 + digit(text.charCodeAt(++at))
  }
  return bytes.subarray(0, length)
}

function digit(code: number): number {
  return code < 92 ? code - 35 : code - 36
}
