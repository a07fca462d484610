/**
 * Whether this is a development build: `import.meta.env.DEV` says so where Vite defines it, else `process.env.NODE_ENV`.
 * Where neither is known it is none (observability, Observability Configuration).
 *
 * Bundlers replace these very words in the text, so neither may be read through a variable or behind a look whether
 * there is a `process`: in a page there is none, while its bundler knows the mode.
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
