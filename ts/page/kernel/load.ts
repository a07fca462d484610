import text, { decoder } from './pkg/bytes.js'
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

/** The bytes that scripts/build/kernel.mjs wrote as text, by the module that came with it: kernel/wasm/decode.wat. */
function decode(text: string): Uint8Array<ArrayBuffer> {
  const module = new WebAssembly.Module(Uint8Array.from(atob(decoder), char => char.charCodeAt(0)))
  const { memory, decode } = new WebAssembly.Instance(module).exports as Decoder
  new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer))
  return new Uint8Array(memory.buffer as ArrayBuffer, 0, decode(text.length))
}

type Decoder = { memory: WebAssembly.Memory; decode: (length: number) => number }
