// tsc: --lib es2022,dom,dom.iterable --skipLibCheck false
import { createTaskRuntime } from '@varunkanwar/atelier'

export const runtime = createTaskRuntime()
