/** Makes calls and shows their outcome as JSON in the page's output. */
import { createTaskRuntime } from '@varunkanwar/atelier'
import type { StripTaskContext } from '@varunkanwar/atelier/worker'
import type { handlers } from './sum.worker.ts'

export type Shown = {
  answers?: number[]
  /** Bytes of the argument that are still in the page. */
  left?: number
  /** What the policy has blocked, in the page and in a worker. */
  violations: string[]
  error?: { name: string; message: string; cause: string }
}

const violations: string[] = []
document.addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective))

type TrustedTypes = { createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown }
const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }

// Under Trusted Types, `new Worker(url)` needs a policy that says which URLs are allowed.
if (trustedTypes && location.search === '?trusted') {
  trustedTypes.createPolicy('default', {
    createScriptURL(url) {
      if (new URL(url, location.href).origin === location.origin) return url
      throw new TypeError(`No script may come from ${url}`)
    },
  })
}

async function visit(): Promise<Omit<Shown, 'violations'>> {
  const runtime = createTaskRuntime()
  const task = runtime.defineTask<StripTaskContext<typeof handlers>>({
    type: 'parallel',
    poolSize: 2,
    crashMaxRetries: 0,
    worker: () => new Worker(new URL('./sum.worker.ts', import.meta.url), { type: 'module' }),
  })
  const bytes = new Uint8Array([1, 2, 3])
  const answers = await Promise.all([task.sum(bytes), task.with({ transfer: [] }).sum(new Uint8Array([4]))])
  violations.push(...(await task.violations()))
  return { answers, left: bytes.length }
}

function shown({ name, message, cause }: Error): Partial<Shown> {
  return { error: { name, message, cause: String(cause) } }
}

const result = await visit().catch(shown)
document.querySelector('output')?.append(JSON.stringify({ ...result, violations }))
