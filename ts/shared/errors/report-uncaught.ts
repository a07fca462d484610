/** Reports what code of the application has thrown, as the platform reports what nothing catches. */
export function reportUncaught(error: unknown): void {
  if (typeof reportError === 'function') reportError(error)
  else {
    queueMicrotask(() => {
      throw error
    })
  }
}
