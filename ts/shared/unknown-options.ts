/**
 * Refuses options that nothing reads, such as a misspelled name, which would otherwise be ignored in silence.
 *
 * @param where - the function and its parameter, as the message should name them, e.g. `parallelLimit: options`.
 * @param options - an object whose own string keys are compared with `known`; what is not an object has no options.
 * @param known - every name that is allowed, in the order in which the message lists them.
 * @throws TypeError that names the first unknown option and lists the known ones.
 */
export function refuseUnknown(where: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find(name => !known.includes(name))
  if (unknown === undefined) return
  throw new TypeError(`${where} has no option "${unknown}". Its options are: ${known.join(', ')}.`)
}
