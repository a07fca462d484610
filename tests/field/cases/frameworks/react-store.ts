/** The snapshot of a runtime as an external store: React reads it again until two reads are the same. */
import type { TaskRuntime } from '@varunkanwar/atelier'
import { createElement, useCallback, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import type { Case } from '../../page/field.ts'

export const quick = true

const options = { intervalMs: 10, emitImmediately: false, onlyOnChange: true }

function Dispatched({ runtime }: { runtime: TaskRuntime }) {
  const subscribe = useCallback(
    (changed: () => void) => runtime.subscribeRuntimeSnapshot(changed, options),
    [runtime],
  )
  const { tasks } = useSyncExternalStore(subscribe, () => runtime.getRuntimeSnapshot())
  return createElement('output', null, tasks[0]?.totalDispatched)
}

export default (async t => {
  const task = t.task()
  const place = document.body.appendChild(document.createElement('main'))
  const root = createRoot(place)
  root.render(createElement(Dispatched, { runtime: t.runtime }))
  await t.until(() => place.textContent === '0', 'the first rendering')
  await t.settles(task.echo(1))
  await t.until(() => place.textContent === '1', 'the rendering after a call')
  root.unmount()
}) satisfies Case
