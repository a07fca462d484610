/** Debian packages, where apt-get is there and may be used without a question. */
import { onPath, run } from '../lib/step.mjs'

/**
 * The versions that apt-get would install, in the order of `packages`, after an update of its lists where one is
 * missing; undefined where one is not served or where this user may not install.
 * @param {string[]} packages
 * @returns {string[] | undefined}
 */
export function aptCandidates(packages) {
  if (!onPath('apt-get') || !asRoot()) return undefined
  const find = () => packages.map(candidate)
  let versions = find()
  if (versions.includes(undefined)) {
    apt(['update'])
    versions = find()
  }
  return versions.includes(undefined) ? undefined : versions
}

/**
 * Installs packages without those they only recommend, and never at the cost of one that is installed.
 * @param {string[]} packages
 * @returns {{ ok: boolean, log: string }}
 */
export function aptInstall(packages) {
  const install = () => apt(['install', '--yes', '--no-install-recommends', '--no-remove', ...packages])
  const first = install()
  if (first.ok) return first
  // Lists that are older than the mirror name files that are gone.
  apt(['update'])
  return install()
}

function apt(args) {
  const [command, ...prefix] = [...asRoot(), 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get']
  return run(command, [...prefix, '-o', 'DPkg::Lock::Timeout=300', ...args])
}

function candidate(name) {
  const { stdout } = run('apt-cache', ['policy', name], { env: { ...process.env, LC_ALL: 'C' } })
  const version = /^ {2}Candidate: (.+)$/m.exec(stdout)?.[1]
  return version === '(none)' ? undefined : version
}

/** The words to put before a command so that root runs it; undefined where that would ask for a password. */
function asRoot() {
  if (process.getuid() === 0) return []
  return run('sudo', ['-n', 'true']).ok ? ['sudo', '-n'] : undefined
}
