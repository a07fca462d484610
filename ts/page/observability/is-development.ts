/**
 * Whether this is a development build: `import.meta.env.DEV` says so where Vite defines it, else `process.env.NODE_ENV`.
 * If neither is defined, the build counts as production: nobody asked for the cost of measures.
 *
 * Bundlers substitute these expressions textually, so keep them literal: no aliases, and no `typeof process` guard in front,
 * since a page has no `process` while its bundler knows the mode.
 */
export function isDevelopment(): boolean {
  const vite: unknown = import.meta.env?.DEV
  if (typeof vite === 'boolean') return vite
  try {
    const mode = process.env.NODE_ENV
    return mode !== undefined && mode !== '' && mode !== 'production'
  } catch {
    return false
  }
}
