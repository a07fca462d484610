/** CryptoKey and WebAssembly.Module are cloned by the platform. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    async use(key: CryptoKey, wasm: WebAssembly.Module) {
      const mac = await crypto.subtle.sign('HMAC', key, new Uint8Array([1]))
      return [mac.byteLength, WebAssembly.Module.exports(wasm).length]
    },
  }))
  const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const wasm = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))
  t.equal(await t.settles(task.use(key as CryptoKey, wasm)), [32, 0])
}) satisfies Case
