/**
 * Returns true in a development build: by `import.meta.env.DEV` where Vite defines it, otherwise by `process.env.NODE_ENV`.
 * If neither is defined, the build counts as production, because measures cost time and memory.
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
