/**
 * Looks for known vulnerabilities: of npm packages with `npm audit`, of crates with `cargo audit` where that is installed.
 * Where neither is available it prints that; this is no failure, because mirrors of registries often serve no advisories.
 */

import { root } from '../lib/paths.mjs'
import { run } from '../lib/step.mjs'

const audits = { 'npm packages': npmAdvisories, crates: crateAdvisories }

for (const [what, audit] of Object.entries(audits)) {
  const result = audit()
  if (result.unknown) console.log(`advisories: ${what} were not checked: ${result.unknown}`)
  else console.log(`advisories: ${result.found.length} for ${what}`)
  for (const line of result.found ?? []) console.error(`  ${line}`)
  if (result.found?.length > 0) process.exitCode = 1
}

/** @returns {{ found: string[] } | { unknown: string }} */
function npmAdvisories() {
  const report = json(run('npm', ['audit', '--json'], { cwd: root }).stdout)
  if (!report?.vulnerabilities) return { unknown: report?.message ?? 'npm audit returned nothing' }
  return {
    found: Object.values(report.vulnerabilities).map(
      ({ name, severity, range }) => `${name} ${range}: ${severity}`,
    ),
  }
}

function crateAdvisories() {
  if (!run('cargo', ['audit', '--version']).ok) return { unknown: 'cargo-audit is not installed' }
  const { stdout, log } = run('cargo', ['audit', '--json'], { cwd: root })
  const report = json(stdout)
  if (!report?.vulnerabilities) return { unknown: log.trim().split('\n').at(-1) }
  return {
    found: report.vulnerabilities.list.map(
      ({ advisory, package: { name, version } }) => `${name} ${version}: ${advisory.id} ${advisory.title}`,
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
