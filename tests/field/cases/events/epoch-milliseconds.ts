import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const events = t.events(t.createRuntime({ observability: { spans: 'on' } }))
  const runtime = t.createRuntime({ observability: { spans: 'on' } })
  const heard = t.events(runtime)
  const task = t.task(undefined, { runtime })
  await t.settles(runtime.runWithTrace('trace', trace => task.with({ trace }).echo(1)))
  t.equal(events, [], 'the events of another runtime')
  t.ok(heard.length > 3, 'there are events')
  for (const { name, ts } of heard) {
    t.ok(Math.abs(ts - Date.now()) < 60_000, `${name} tells the time by the clock of Date: ${ts}`)
  }
}) satisfies Case
