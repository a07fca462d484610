// tsc: --lib es2022,dom --skipLibCheck false
import { parallelLimit, type Task, type TaskConfig } from '@varunkanwar/atelier'

export type { Task, TaskConfig }
export const results: AsyncIterable<number> = parallelLimit([1], 1, n => n)
