import type { Case } from '../../page/field.ts'

export default (async t => {
  function deepFreeze(value: object): void {
    Object.freeze(value)
    for (const key of Reflect.ownKeys(value)) {
      const member = Reflect.get(value, key)
      if (typeof member === 'object' && member !== null && !Object.isFrozen(member)) deepFreeze(member)
    }
  }
  const state = { services: { task: t.task() } }
  deepFreeze(state)
  t.equal(await t.settles(state.services.task.echo(1)), 1)
}) satisfies Case
