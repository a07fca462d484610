import type { TaskRuntime } from '../../api/runtime.ts'
import type { Shell } from '../../page/kernel/host.ts'
import { type Inspection, inspections } from '../../page/observability/inspection.ts'

/** The effects that a panel shows, each before it is performed. */
export type Watcher = Partial<Shell>

/** The watchers of a runtime, and how it is given back its own shell. */
type Tap = { watchers: readonly Watcher[]; readonly release: () => void }

const taps = new WeakMap<Inspection, Tap>()

/**
 * The inside of a runtime.
 *
 * @throws TypeError for anything but a runtime that this copy of the package has created.
 */
export function inspectionOf(runtime: TaskRuntime): Inspection {
  const isObject = typeof runtime === 'object' && runtime !== null
  const inspection = isObject ? inspections.get(runtime) : undefined
  if (inspection) return inspection
  throw new TypeError(
    'attach() takes a runtime that createTaskRuntime() returned, from the same copy of @varunkanwar/atelier as the devtools',
  )
}

/**
 * Shows a watcher every effect from now on. The runtime counts for it as it does for a listener of events.
 *
 * @returns a function that ends this. Idempotent. With the last watcher everything that watching costs is gone.
 */
export function watch(inspection: Inspection, watcher: Watcher): () => void {
  let tap = taps.get(inspection)
  if (!tap) {
    tap = connect(inspection)
    taps.set(inspection, tap)
  }
  tap.watchers = [...tap.watchers, watcher]
  const mine = tap
  // Also for a second watcher: the kernel then emits all gauges again.
  inspection.telemetry.inspect(true)
  let ended = false
  return () => {
    if (ended) return
    ended = true
    mine.watchers = mine.watchers.filter(other => other !== watcher)
    if (mine.watchers.length > 0) return
    taps.delete(inspection)
    mine.release()
  }
}

function connect({ host, shell, telemetry }: Inspection): Tap {
  const tap: Tap = {
    watchers: [],
    release() {
      host.connect(shell)
      telemetry.inspect(false)
    },
  }
  const passOn = ([name, perform]: [string, unknown]) => {
    const act = perform as (...args: unknown[]) => void
    const tapped = (...args: unknown[]) => {
      for (const watcher of tap.watchers) show(watcher, name, args)
      act(...args)
    }
    return [name, tapped]
  }
  const { deadline, ...effects } = shell
  host.connect({ deadline, ...Object.fromEntries(Object.entries(effects).map(passOn)) } as Shell)
  return tap
}

/** A fault of a panel must not become one of the runtime. */
function show(watcher: Watcher, name: string, args: unknown[]): void {
  try {
    const see = watcher[name as keyof Watcher] as ((...args: unknown[]) => void) | undefined
    see?.(...args)
  } catch (error) {
    reportError(error)
  }
}
