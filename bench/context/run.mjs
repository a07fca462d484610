/** Measures what a handler pays for its context in Chromium and Firefox, and prints it. */
import { join } from 'node:path'
import { runnerImport } from 'vite'

const { module } = await runnerImport(join(import.meta.dirname, 'command.ts'))
await module.main()
