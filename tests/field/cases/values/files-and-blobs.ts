import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ read: async (file: File) => [file.name, await file.text()] }))
  t.equal(await t.settles(task.read(new File(['content'], 'name.txt'))), ['name.txt', 'content'])
}) satisfies Case
