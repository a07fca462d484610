/** An offline-first page, whose scripts come out of a service worker. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const code = `
    addEventListener('install', () => skipWaiting())
    addEventListener('activate', event => event.waitUntil(clients.claim()))
    addEventListener('fetch', event => event.respondWith(fetch(event.request)))`
  await navigator.serviceWorker.register(`/script.js?code=${encodeURIComponent(code)}`, { scope: '/' })
  await t.until(() => navigator.serviceWorker.controller, 'the service worker')
  const task = t.task()
  t.equal(await t.settles(task.echo('through a service worker')), 'through a service worker')
}) satisfies Case
