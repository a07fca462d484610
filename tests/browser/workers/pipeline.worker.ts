import { parallelLimit } from '../../../ts/page/pipeline/parallel-limit.ts'

function* endless() {
  for (let item = 0; ; item++) yield item
}

const iteration = parallelLimit(endless(), 2, () => Promise.reject(new Error('no')), {
  errorPolicy: 'continue',
})

addEventListener('message', () => void iteration.return())
void iteration.next().then(() => postMessage('ended'))
postMessage('started')
