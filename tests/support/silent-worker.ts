/** A worker whose script never serves a task, and that never says why. */
export class SilentWorker extends EventTarget {
  terminated = false
  postMessage(): void {}
  terminate(): void {
    this.terminated = true
  }
}

/** A factory of silent workers, and the ones it made. */
export function silent(): { workers: SilentWorker[]; worker: () => Worker } {
  const workers: SilentWorker[] = []
  return {
    workers,
    worker: () => {
      const made = new SilentWorker()
      workers.push(made)
      return made as unknown as Worker
    },
  }
}
