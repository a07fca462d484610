import { expect, it } from 'vitest'
import { createTaskRuntime } from '../../../../ts/index.ts'

it('a runtime that is to record without the developer tools is an Error that names them', async () => {
  const create = () => createTaskRuntime({ observability: { record: {} } })
  expect(create).toThrow(
    new Error('observability.record needs "@varunkanwar/atelier/devtools": import it first.'),
  )
  await import('../../../../ts/devtools.ts')
  expect(create).not.toThrow()
})
