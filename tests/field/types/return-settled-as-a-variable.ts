import { parallelLimit } from '@varunkanwar/atelier'

export function run(returnSettled: boolean) {
  return parallelLimit([1, 2], 1, n => n, { returnSettled })
}
