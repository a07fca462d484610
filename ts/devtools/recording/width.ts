import { CONFIG_FIELDS, INPUT_FIELDS, INPUTS } from './lists.ts'

/** How many numbers the fields of an input take. Of a configuration, each field takes two, behind the number of processors. */
export function widthOf(place: number): number {
  return INPUTS[place] === 'defineTask' ? 1 + 2 * CONFIG_FIELDS.length : (INPUT_FIELDS[place]?.length ?? 0)
}
