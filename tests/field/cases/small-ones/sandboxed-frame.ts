/** A frame with an origin of its own, as embedded tools have. Chromium starts no module from a blob: URL there. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const frame = document.createElement('iframe')
  frame.sandbox.add('allow-scripts')
  frame.srcdoc = `<script type="module">
    import { Field } from '${location.origin}/page/field.ts'
    const t = new Field()
    const task = t.task(undefined, { worker: t.worker(undefined, undefined, 'data') })
    task.echo('from a sandbox').catch(String).then(answer => parent.postMessage({ answer }, '*'))
  </script>`
  const answer = new Promise(resolve => addEventListener('message', ({ data }) => resolve(data.answer)))
  document.body.append(frame)
  t.equal(await t.settles(answer, 'the answer in the frame'), 'from a sandbox')
}) satisfies Case
