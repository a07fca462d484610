import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    sparse() {
      const rows: object[] = []
      rows[4_000_000_000] = { port: new MessageChannel().port1 }
      return { rows, map: new Map([['rows', rows]]) } as object
    },
  }))
  await t.settles(task.sparse().catch(() => undefined))
}) satisfies Case
