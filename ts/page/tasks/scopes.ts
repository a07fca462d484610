import type { AbortKey } from '../../api/context.ts'
import type { AbortTaskController } from '../../api/runtime.ts'
import { abortError } from '../../shared/errors/classes.ts'
import type { Host } from '../kernel/host.ts'

type KeyScope = { key: AbortKey; controller?: AbortController }
type SignalScope = { signal: AbortSignal; stop: () => void }

/**
 * The strings and signals behind the kernel's cancellation scopes.
 *
 * However many calls share a key or a signal, it is one scope, and a signal has one listener. The kernel says when a
 * scope is of no more use; nothing is kept for keys that nobody aborted and no call carries.
 */
export class KeyTable {
  readonly #host: Host
  readonly #scopes = new Map<number, KeyScope | SignalScope>()
  readonly #keys = new Map<AbortKey, number>()
  readonly #signals = new Map<AbortSignal, number>()

  /** What users see of it. */
  readonly controller: AbortTaskController

  constructor(host: Host) {
    this.#host = host
    this.controller = {
      signalFor: key => this.#signalFor(checked(key)),
      abort: key => this.#abort(checked(key)),
      abortMany: keys => {
        for (const key of keys.map(checked)) this.#abort(key)
      },
      isAborted: key => this.#isAborted(checked(key)),
      clear: key => this.#clear(checked(key)),
      clearAll: () => {
        for (const key of [...this.#keys.keys()]) this.#clear(key)
      },
    }
  }

  /** The scope of a key; opens it. Undefined for no key. */
  ofKey(key: AbortKey | undefined): number | undefined {
    return key === undefined ? undefined : this.#open(key)
  }

  /** The scope of a signal, already aborted if the signal is; opens it and listens. Undefined for no signal. */
  ofSignal(signal: AbortSignal | undefined): number | undefined {
    return signal && (this.#signals.get(signal) ?? this.#listenTo(signal))
  }

  /** Why calls of this scope were aborted. */
  reasonOf(scope: number): unknown {
    const entry = this.#scopes.get(scope)
    if (!entry) return undefined
    return 'signal' in entry ? entry.signal.reason : entry.controller?.signal.reason
  }

  /** Performs AbortSignal: the signal that was handed out for a key aborts. */
  abortSignal(scope: number): void {
    const entry = this.#scopes.get(scope)
    if (entry && 'key' in entry) entry.controller?.abort(abortError(`The key "${entry.key}" was aborted.`))
  }

  /** Performs ReleaseKey: forgets a scope unless it is in use again. */
  release(scope: number): void {
    if (!this.#host.ask(kernel => kernel.closeKey(scope))) return
    const entry = this.#scopes.get(scope)
    this.#scopes.delete(scope)
    if (!entry) return
    if ('key' in entry) {
      this.#keys.delete(entry.key)
    } else {
      entry.stop()
      this.#signals.delete(entry.signal)
    }
  }

  #open(key: AbortKey): number {
    let scope = this.#keys.get(key)
    if (scope === undefined) {
      scope = this.#host.ask(kernel => kernel.openKey())
      this.#keys.set(key, scope)
      this.#scopes.set(scope, { key })
    }
    return scope
  }

  #listenTo(signal: AbortSignal): number {
    const scope = this.#host.ask(kernel => kernel.openKey())
    const onAbort = () =>
      this.#host.tell((kernel, now) => {
        kernel.abortKey(scope, now)
        kernel.clearKey(scope)
      })
    signal.addEventListener('abort', onAbort, { once: true })
    this.#signals.set(signal, scope)
    this.#scopes.set(scope, { signal, stop: () => signal.removeEventListener('abort', onAbort) })
    return scope
  }

  #signalFor(key: AbortKey): AbortSignal {
    const scope = this.#open(key)
    const entry = this.#scopes.get(scope) as KeyScope
    if (!entry.controller) {
      entry.controller = new AbortController()
      this.#host.ask(kernel => kernel.holdKey(scope))
      if (this.#isAborted(key)) this.abortSignal(scope)
    }
    return entry.controller.signal
  }

  #abort(key: AbortKey): void {
    const scope = this.#open(key)
    this.#host.turn((kernel, now) => kernel.abortKey(scope, now))
  }

  #isAborted(key: AbortKey): boolean {
    const scope = this.#keys.get(key)
    return scope !== undefined && this.#host.ask(kernel => kernel.isKeyAborted(scope))
  }

  #clear(key: AbortKey): void {
    const scope = this.#keys.get(key)
    if (scope === undefined) return
    delete (this.#scopes.get(scope) as KeyScope).controller
    this.#host.turn(kernel => kernel.clearKey(scope))
  }
}

function checked(key: AbortKey): AbortKey {
  if (typeof key === 'string') return key
  throw new TypeError(`A cancellation key must be a string, not ${String(key)}.`)
}
