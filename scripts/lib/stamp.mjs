/** Stamps: a step is skipped while the contents of its inputs hash to what they were when it last succeeded. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './paths.mjs'

/**
 * Hash of the given files' names and contents, in the order given; a file that is missing counts as empty.
 * @param {string[]} files absolute paths
 */
export function fingerprint(files) {
  const hash = createHash('sha256')
  for (const file of files) {
    const contents = readIfThere(file)
    hash.update(`${relative(root, file)}\0${contents.length}\0`).update(contents)
  }
  return hash.digest('hex')
}

/** Every file below `folder` whose path `keep` accepts, sorted. */
export function filesUnder(folder, keep) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(keep)
    .sort()
}

/** True when the last `stamp` at this path was of the same fingerprint. */
export function isStamped(path, print) {
  return readIfThere(path).toString() === print
}

export function stamp(path, print) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, print)
}

function readIfThere(path) {
  try {
    return readFileSync(path)
  } catch (error) {
    if (error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
