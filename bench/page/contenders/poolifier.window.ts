/** Poolifier detects a browser by `window`, which does not exist in a worker. */
Object.assign(globalThis, { window: globalThis })
