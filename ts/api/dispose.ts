/**
 * `Symbol.dispose` and `Symbol.asyncDispose`, or `never` where the `lib` of a project does not have them: declarations that named
 * them directly would not compile there.
 */
export type DisposeSymbol = typeof Symbol extends { readonly dispose: infer S extends symbol } ? S : never

export type AsyncDisposeSymbol = typeof Symbol extends { readonly asyncDispose: infer S extends symbol }
  ? S
  : never
