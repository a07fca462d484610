import { prove } from './prove.ts'
import type { Act } from './stage.ts'
import { losses, type Thrown, thrown } from './thrown.ts'

const acts = Object.entries(thrown).map(([what, make]): [string, Act] => [
  what,
  { call: ({ api }) => api.raise(what as Thrown), losses: arrived => losses(make(), arrived) },
])

prove(
  'The handler throws',
  {
    ...Object.fromEntries(acts),
    'an error, later': {
      call: ({ api }) => api.raiseLater('an error'),
      losses: arrived => losses(thrown['an error'](), arrived),
    },
    'nothing, since there is no such method': {
      call: ({ api }) =>
        (api as unknown as Record<string, () => Promise<unknown>>).missing?.() as Promise<unknown>,
    },
  },
  { 'The pool': 'goes on' },
)
