import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const { abortTaskController } = t.runtime
  const task = t.task(undefined, { maxInFlight: 3, keyOf: (_: number, key?: string) => key ?? 'other' })
  const byKey = task as unknown as { wait(ms: number, key?: string): Promise<string> }
  const calls = [byKey.wait(2_000), task.with({ key: 'mine' }).wait(50)]
  await t.sleep(20)
  abortTaskController.abort('other')
  await t.rejects(calls[0] as Promise<string>, 'AbortError')
  t.equal(await t.settles(calls[1] as Promise<string>), 'waited', 'the call of another key')
  abortTaskController.clear('other')
}) satisfies Case
