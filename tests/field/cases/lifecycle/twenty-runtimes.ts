import type { Case } from '../../page/field.ts'

export default (async t => {
  for (let n = 0; n < 20; n++) {
    const runtime = t.createRuntime()
    const task = t.task(undefined, { runtime })
    if (n % 5 === 0) t.equal(await t.settles(task.echo(n)), n)
    else void task.echo(n).catch(() => undefined)
    runtime.dispose()
    t.ended(runtime)
  }
  t.equal(await t.settles(t.task().echo('after')), 'after')
}) satisfies Case
