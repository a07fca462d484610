import type { AbortKey } from '../../api/context.ts'
import type { AbortTaskController } from '../../api/runtime.ts'
import type { TaskDispatchOptions } from '../../api/task.ts'
import { abortError } from '../../shared/errors/classes.ts'
import { tryRead } from '../../shared/errors/describe.ts'
import type { ScopeId, TaskId } from '../kernel/boundary.ts'
import type { Host } from '../kernel/host.ts'
import type { Superseded } from '../kernel/port-types.ts'
import { signalPriority } from './priority.ts'

type KeyScope = { readonly key: AbortKey; controller?: AbortController }
type SignalScope = { readonly signal: AbortSignal; readonly stop: () => void }
/** A `latest` word of a task. */
type LatestScope = { readonly word: string }

/** The scope that aborted a call. */
export type AbortedScope = {
  /** The key or the signal itself, which identifies the scope. */
  readonly of: AbortKey | AbortSignal
  readonly key: AbortKey | undefined
  readonly reason: unknown
}

/**
 * The keys and signals behind the kernel's cancellation scopes.
 *
 * Calls that share a key or a signal share one scope, and a signal has one listener. The kernel reports when a scope is no longer
 * used; nothing is kept for a key that is not aborted and that no open call carries.
 */
export class Scopes {
  readonly #host: Host
  readonly #scopes = new Map<ScopeId, KeyScope | SignalScope | LatestScope>()
  readonly #keys = new Map<AbortKey, ScopeId>()
  readonly #signals = new Map<AbortSignal, ScopeId>()
  readonly #latest = new Map<string, ScopeId>()

  /** The runtime's `abortTaskController`. */
  readonly controller: AbortTaskController

  constructor(host: Host) {
    this.#host = host
    this.controller = {
      signalFor: key => this.#signalFor(checkKey(key)),
      abort: key => this.#abort(checkKey(key)),
      abortMany: keys => {
        const checked = keys.map(checkKey)
        host.batch(() => {
          for (const key of checked) this.#abort(key)
        })
      },
      isAborted: key => this.#isAborted(checkKey(key)),
      clear: key => this.#clear(checkKey(key)),
      clearAll: () => {
        for (const key of [...this.#keys.keys()]) this.#clear(key)
      },
    }
  }

  /** Returns the scope of a key, and opens it if needed. Undefined for no key. */
  ofKey(key: AbortKey | undefined): ScopeId | undefined {
    return key === undefined ? undefined : this.#open(key)
  }

  /**
   * Returns the scope of a signal; if needed, opens it and adds a listener. Undefined for no signal.
   *
   * @throws whatever the signal's addEventListener throws.
   */
  ofSignal(signal: AbortSignal | undefined): ScopeId | undefined {
    return signal && (this.#signals.get(signal) ?? this.#listenTo(signal))
  }

  /** The task's calls with the same `latest` word, whose scope is opened if needed. Undefined for no word. */
  ofLatest(task: TaskId, { latest, replaceRunning }: TaskDispatchOptions): Superseded | undefined {
    if (latest === undefined) return undefined
    const word = `${task} ${latest}`
    let scope = this.#latest.get(word)
    if (scope === undefined) {
      scope = this.#host.port.openScope()
      this.#latest.set(word, scope)
      this.#scopes.set(scope, { word })
    }
    return { scope, running: replaceRunning === true }
  }

  /**
   * Gives the open calls of a key that have not started another priority.
   *
   * @throws TypeError for a key that is no string.
   */
  prioritize(key: AbortKey, priority: number): void {
    const scope = this.#keys.get(checkKey(key))
    if (scope !== undefined) this.#host.port.prioritize(scope, priority, false)
  }

  /** What aborted the calls of this scope. */
  aborted(scope: ScopeId): AbortedScope | undefined {
    const entry = this.#scopes.get(scope)
    if (!entry || 'word' in entry) return undefined
    if ('key' in entry) return { of: entry.key, key: entry.key, reason: entry.controller?.signal.reason }
    return { of: entry.signal, key: undefined, reason: tryRead(() => entry.signal.reason) }
  }

  /** Performs AbortSignal: aborts the signal that was handed out for a key. */
  abortSignal(scope: ScopeId): void {
    const entry = this.#scopes.get(scope)
    // A listener may have cleared the key since, and taken a new signal.
    if (entry && 'key' in entry && this.#host.port.isScopeAborted(scope)) abortSignalOf(entry)
  }

  /** Performs ReleaseScope: drops a scope unless it is in use again. */
  release(scope: ScopeId): void {
    if (!this.#host.port.closeScope(scope)) return
    const entry = this.#scopes.get(scope)
    this.#scopes.delete(scope)
    if (!entry) return
    if ('key' in entry) {
      this.#keys.delete(entry.key)
    } else if ('word' in entry) {
      this.#latest.delete(entry.word)
    } else {
      this.#signals.delete(entry.signal)
      tryRead(entry.stop)
    }
  }

  #open(key: AbortKey): ScopeId {
    let scope = this.#keys.get(key)
    if (scope === undefined) {
      scope = this.#host.port.openScope()
      this.#keys.set(key, scope)
      this.#scopes.set(scope, { key })
    }
    return scope
  }

  #listenTo(signal: AbortSignal): ScopeId {
    const { port } = this.#host
    const scope = port.openScope()
    const onAbort = () =>
      this.#host.report(() =>
        this.#host.batch(() => {
          port.abortScope(scope)
          port.clearScope(scope)
        }),
      )
    const onPriority = () =>
      this.#host.report(() => {
        const priority = tryRead(() => signalPriority(signal))
        if (priority !== undefined) port.prioritize(scope, priority, true)
      })
    try {
      signal.addEventListener('abort', onAbort, { once: true })
      if (signalPriority(signal) !== undefined) signal.addEventListener('prioritychange', onPriority)
    } catch (error) {
      port.closeScope(scope)
      throw error
    }
    this.#signals.set(signal, scope)
    const stop = () => {
      signal.removeEventListener('abort', onAbort)
      signal.removeEventListener('prioritychange', onPriority)
    }
    this.#scopes.set(scope, { signal, stop })
    return scope
  }

  #signalFor(key: AbortKey): AbortSignal {
    const scope = this.#open(key)
    const entry = this.#scopes.get(scope) as KeyScope
    if (!entry.controller) {
      entry.controller = new AbortController()
      this.#host.port.holdScope(scope)
      if (this.#isAborted(key)) abortSignalOf(entry)
    }
    return entry.controller.signal
  }

  #abort(key: AbortKey): void {
    this.#host.port.abortScope(this.#open(key))
  }

  #isAborted(key: AbortKey): boolean {
    const scope = this.#keys.get(key)
    return scope !== undefined && this.#host.port.isScopeAborted(scope)
  }

  #clear(key: AbortKey): void {
    const scope = this.#keys.get(key)
    if (scope === undefined) return
    const entry = this.#scopes.get(scope) as KeyScope
    // A listener may clear a key before the effect that aborts its signal is performed.
    if (this.#isAborted(key)) abortSignalOf(entry)
    delete entry.controller
    this.#host.port.clearScope(scope)
  }
}

function abortSignalOf({ key, controller }: KeyScope): void {
  controller?.abort(abortError(`The key ${JSON.stringify(key)} was aborted.`))
}

function checkKey(key: AbortKey): AbortKey {
  if (typeof key === 'string') return key
  throw new TypeError(`A cancellation key must be a string, not ${String(key)}.`)
}
