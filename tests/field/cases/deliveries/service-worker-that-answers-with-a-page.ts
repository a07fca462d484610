/** A cache that answers every unknown address with the start page: the script of the worker is HTML. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const code = `
    addEventListener('install', () => skipWaiting())
    addEventListener('activate', event => event.waitUntil(clients.claim()))
    addEventListener('fetch', event => {
      const html = { headers: { 'Content-Type': 'text/html' } }
      if (event.request.url.includes('gone.js')) event.respondWith(new Response('<!doctype html>', html))
    })`
  await navigator.serviceWorker.register(`/script.js?code=${encodeURIComponent(code)}`, { scope: '/' })
  await t.until(() => navigator.serviceWorker.controller, 'the service worker')
  const worker = () => new Worker('/gone.js', { type: 'module' })
  const task = t.task(undefined, { worker, crashMaxRetries: 0 })
  await t.rejects(task.ping(), 'WorkerCrashedError')
  t.ended(task)
}) satisfies Case
