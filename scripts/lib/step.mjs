/** What a set-up step prints: one line when it does something, one sentence when it cannot. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A step that cannot be done. The message is one sentence that says what to install. */
export class SetupError extends Error {
  /** @param {string} [log] what the failed command printed */
  constructor(sentence, log = '') {
    super(sentence)
    this.log = log
  }
}

/** Runs `work`, naming it and its seconds on one line. */
export function step(label, work) {
  process.stdout.write(`set-up: ${label} … `)
  const start = performance.now()
  try {
    const result = work()
    process.stdout.write(`${((performance.now() - start) / 1000).toFixed(1)} s\n`)
    return result
  } catch (error) {
    process.stdout.write('failed\n')
    throw error
  }
}

/** Does work of the set-up. A step that cannot be done ends the process with its sentence. */
export async function setUp(work) {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(`${error.log}\n${error.message}`.trimStart())
    process.exit(1)
  }
}

/**
 * Runs a command to its end with its output held back.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 * @returns {{ ok: boolean, stdout: string, log: string }} `log` is both streams; a command that cannot start is not ok
 */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28, ...options })
  const log = [done.stdout, done.stderr, done.error?.message].filter(Boolean).join('\n')
  return { ok: done.status === 0, stdout: done.stdout ?? '', log }
}

/** The first executable of that name on PATH. */
export function onPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(isExecutable)
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
