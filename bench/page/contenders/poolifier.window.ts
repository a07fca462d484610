/** What poolifier takes for a browser is where there is a `window`; in a worker there is none. */
Object.assign(globalThis, { window: globalThis })
