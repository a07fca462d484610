/**
 * The worker's side and Comlink in one file that imports nothing, for workers that no bundler builds: an import map counts
 * for pages only, so a worker cannot import a package by its name. Exports what `comlink` does, and the following.
 *
 * @module @varunkanwar/atelier/worker-standalone
 */
export * from 'comlink'
export * from './worker.ts'
