/** What logs, templates and async code do with an object is no call of a worker. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const events = t.events()
  const task = t.task()
  t.equal(typeof `${task}`, 'string')
  t.equal(typeof JSON.stringify({ task }), 'string')
  t.ok((await Promise.resolve(task)) === task, 'a promise of the task resolves to it')
  t.equal(Object.prototype.toString.call(task), '[object Object]')
  t.equal(t.total(events, 'worker.spawn.total'), 0, 'worker.spawn.total')
}) satisfies Case
