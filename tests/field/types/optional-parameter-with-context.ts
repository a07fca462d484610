import { createTaskWorker } from '@varunkanwar/atelier/worker'

// @ts-expect-error: the context would be the greeting.
createTaskWorker({ greet: (name: string, greeting = 'Hello') => `${greeting}, ${name}` })
// @ts-expect-error: the context would be the last number.
createTaskWorker({ sum: (...numbers: number[]) => numbers.length })
// @ts-expect-error: the context would be the options.
createTaskWorker({ parse: (text: string, options?: { strict: boolean }) => [text, options] })
