import { vi } from 'vitest'
import type { RuntimeConfig } from '../../ts/api/config.ts'
import type { TaskRuntime } from '../../ts/api/runtime.ts'
import { Kernel } from '../../ts/page/kernel/pkg/kernel.js'
import { createTaskRuntime } from '../../ts/page/runtime.ts'

/** A runtime, and its kernel, which users do not see. */
export function runtimeWithKernel(config?: RuntimeConfig): { runtime: TaskRuntime; kernel: Kernel } {
  const observe = vi.spyOn(Kernel.prototype, 'observe')
  const runtime = createTaskRuntime(config)
  const kernel = observe.mock.contexts[0] as Kernel
  observe.mockRestore()
  return { runtime, kernel }
}
