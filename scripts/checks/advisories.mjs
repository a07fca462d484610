/**
 * Looks for known vulnerabilities of what the lock files of the repository name: of npm packages with `npm audit`, of crates with
 * `cargo audit` where that is installed. Where advisories cannot be had, one sentence says so; this is no failure, because
 * mirrors of registries often serve none.
 */
import { dirname, join } from 'node:path'
import { lockFiles } from '../lib/lock-files.mjs'
import { root } from '../lib/paths.mjs'
import { run } from '../lib/step.mjs'

report('npm packages', lockFiles('package-lock.json').map(npmAdvisories))
report('crates', lockFiles('Cargo.lock').map(crateAdvisories))

/** @param {({ found: string[] } | { unknown: string })[]} results one for each lock file */
function report(what, results) {
  const checked = results.filter(({ found }) => found)
  const reasons = new Set(results.flatMap(({ unknown }) => unknown ?? []))
  if (checked.length > 0) {
    const found = checked.flatMap(result => result.found)
    console.log(`advisories: ${found.length} for the ${what} of ${checked.length} lock files`)
    for (const line of found) console.error(`  ${line}`)
    if (found.length > 0) process.exitCode = 1
  }
  if (reasons.size > 0) {
    const unchecked = results.length - checked.length
    console.log(
      `advisories: the ${what} of ${unchecked} lock files were not checked: ${[...reasons].join('; ')}.`,
    )
  }
}

function npmAdvisories(lockFile) {
  const folder = join(root, dirname(lockFile))
  const audit = json(run('npm', ['audit', '--json', '--package-lock-only'], { cwd: folder }).stdout)
  if (!audit?.vulnerabilities) return { unknown: 'the registry serves no advisories' }
  return {
    found: Object.values(audit.vulnerabilities).map(
      ({ name, severity, range }) => `${lockFile}: ${name} ${range}: ${severity}`,
    ),
  }
}

function crateAdvisories(lockFile) {
  if (!run('cargo', ['audit', '--version']).ok) return { unknown: 'cargo-audit is not installed' }
  const { stdout } = run('cargo', ['audit', '--json', '--file', join(root, lockFile)], { cwd: root })
  const audit = json(stdout)
  if (!audit?.vulnerabilities) return { unknown: 'cargo-audit could not load its database' }
  return {
    found: audit.vulnerabilities.list.map(
      ({ advisory, package: { name, version } }) =>
        `${lockFile}: ${name} ${version}: ${advisory.id} ${advisory.title}`,
    ),
  }
}

function json(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
