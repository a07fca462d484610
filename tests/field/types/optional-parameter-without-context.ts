import { createTaskWorker } from '@varunkanwar/atelier/worker'

createTaskWorker(
  {
    greet: (name: string, greeting = 'Hello') => `${greeting}, ${name}`,
    sum: (...numbers: number[]) => numbers.length,
    max: Math.max,
  },
  { context: false },
)
