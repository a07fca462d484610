/** A worker whose script never exposes handlers and never reports an error. */
export class SilentWorker extends EventTarget {
  terminated = false
  postMessage(): void {}
  terminate(): void {
    this.terminated = true
  }
}

/** A factory of silent workers, and the workers that it has created. */
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
