import type { Replay, ReplayedFields } from './replayed.ts'

/** A replay as text. `cargo run -p atelier-replay` prints the same. */
export function storyOf({ version, steps, isFull, panic }: Omit<Replay, 'story'>): string {
  const lines = [
    `A recording of kernel ${version}: ${steps.length} inputs${isFull ? ', until it was full' : ''}.`,
  ]
  for (const { at, input, fields, effects } of steps) {
    lines.push(`${at} ${sentence(input, fields)}`)
    for (const { effect, fields } of effects) lines.push(`  ${sentence(effect, fields)}`)
  }
  if (panic !== undefined) lines.push(`  panic: ${panic}`)
  return `${lines.join('\n')}\n`
}

/** A name and its fields; one that is true is its name, one that is false is left out. */
function sentence(name: string, fields: ReplayedFields): string {
  const parts = Object.entries(fields)
    .filter(([, value]) => value !== false)
    .map(([name, value]) =>
      value === true ? words(name) : `${words(name)} ${typeof value === 'string' ? words(value) : value}`,
    )
  return [words(name), parts.join(', ')].filter(Boolean).join(' ')
}

const known = new Map<string, string>()

/** `workerLost` as `worker lost`. A story says few words many times. */
function words(name: string): string {
  let text = known.get(name)
  if (text === undefined) {
    text = name.replace(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase()
    known.set(name, text)
  }
  return text
}
