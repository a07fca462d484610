import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const worker = t.worker(() => ({ greet: (name: string, greeting = 'Hello') => `${greeting}, ${name}` }), {
    context: false,
  })
  const task = t.define<{ ping(): Promise<string>; greet(name: string): Promise<string> }>({
    type: 'singleton',
    worker,
  })
  t.equal(await t.settles(task.greet('Ann')), 'Hello, Ann')
}) satisfies Case
