import { createTaskWorker, type TaskContext } from '@varunkanwar/atelier/worker'

createTaskWorker({
  // biome-ignore lint/suspicious/noExplicitAny: it is what the case is about.
  run: (...args: any[]) => args.length,
  parse: (text: string, options: { strict: boolean } | undefined, ctx: TaskContext) => [
    text,
    options,
    ctx.callId,
  ],
  none: () => 1,
})
