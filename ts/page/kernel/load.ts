import { bytesOf } from './bytes-of-text.ts'
import text from './pkg/bytes.js'
import { initSync, Kernel, takePanic } from './pkg/kernel.js'

export type { Kernel }

let memory: WebAssembly.Memory | undefined

/**
 * Creates a kernel. The first one compiles the wasm module, which is inlined so that this can be synchronous; importing the
 * package does nothing.
 *
 * @throws Error where WebAssembly is missing, or a Content-Security-Policy forbids it.
 */
export function loadKernel(): { kernel: Kernel; memory: WebAssembly.Memory } {
  if (!memory) {
    try {
      memory = initSync({ module: bytesOf(text) }).memory
    } catch (cause) {
      throw new Error(
        'The scheduling kernel cannot be compiled. It needs WebAssembly, which a Content-Security-Policy allows by ' +
          `'wasm-unsafe-eval' in script-src. The platform says: ${String(cause)}`,
        { cause },
      )
    }
  }
  return { kernel: new Kernel(), memory }
}

/** The message of the panic that made a kernel throw. */
export function panicOf(thrown: unknown): string {
  return takePanic() ?? String(thrown)
}
