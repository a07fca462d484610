/** Measures in Chromium what an open panel costs the page, and prints it. */
import { join } from 'node:path'
import { runnerImport } from 'vite'

const { module } = await runnerImport(join(import.meta.dirname, 'command.ts'))
await module.main()
