/** The head of the landing page; docs/index.md is what stands below it. */
export const landing = {
  layout: 'home',
  title: 'Web Workers you can call',
  hero: {
    name: 'Atelier',
    text: 'Web Workers you can call like functions',
    tagline:
      'Define a task once and call the functions in its worker as typed async methods. Atelier spreads the calls over a pool of ' +
      'workers, bounds the queue, cancels what is no longer needed and recovers when a worker crashes.',
    actions: [
      { theme: 'brand', text: 'Get started', link: '/overview#quick-start' },
      { theme: 'alt', text: 'Take the tour', link: '/tour/', target: '_self' },
      { theme: 'alt', text: 'Try the image pipeline', link: '/pipeline/', target: '_self' },
    ],
  },
  features: [
    {
      title: 'A bounded queue',
      details:
        'Accepted calls are counted, and a full queue makes callers wait, rejects or drops, as you choose. Memory stays flat.',
      link: '/guides/backpressure',
    },
    {
      title: 'Cancellation that arrives',
      details:
        'By key, by signal or by time, wherever the call is. A handler that does not stop loses its worker, not your page.',
      link: '/guides/cancellation',
    },
    {
      title: 'No call is lost',
      details:
        'When a worker crashes, hangs or cannot be loaded, its calls are rejected or repeated. Every failure has a documented outcome and a test.',
      link: '/guides/failures',
    },
    {
      title: 'Order and fairness',
      details:
        'Priorities that may change, the newest call wins, and one budget of busy workers for all tasks of a page.',
      link: '/guides/order-and-fairness',
    },
    {
      title: 'What can move is not copied',
      details: 'Buffers, bitmaps, frames and ports move to the worker and back. There is no list to write.',
      link: '/guides/transferables',
    },
    {
      title: 'You can see it',
      details:
        'Snapshots, metrics, spans in Chrome’s Performance panel, OpenTelemetry, and test doubles of workers and of time.',
      link: '/guides/observability',
    },
    {
      title: 'Results one by one',
      details:
        'A generator in the worker is a for await loop on the page. The worker stays a few items ahead, and no more.',
      link: '/guides/streams',
    },
    {
      title: 'Workers that stay healthy',
      details:
        'Workers end when idle, are replaced when their memory has grown, and come back after a crash, one pause at a time.',
      link: '/guides/worker-setup',
    },
    {
      title: 'Made for your tools',
      details:
        'Vite, webpack, Parcel, Next.js, React and hot reload, tested as you use them. Nothing to configure.',
      link: '/guides/bundlers-and-csp',
    },
  ],
}
