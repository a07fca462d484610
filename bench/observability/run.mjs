/** Measures the cost of observation in Chromium and prints it. */
import { join } from 'node:path'
import { runnerImport } from 'vite'

const { module } = await runnerImport(join(import.meta.dirname, 'command.ts'))
await module.main()
