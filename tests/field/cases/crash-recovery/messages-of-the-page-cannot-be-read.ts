/** An argument that exists in pages only. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 3 })
  t.needs('RTCPeerConnection')
  const certificate = await RTCPeerConnection.generateCertificate({
    name: 'ECDSA',
    namedCurve: 'P-256',
  } as EcKeyGenParams)
  await t.settles(task.count())
  const outcomes = await t.settles(Promise.allSettled([task.echo(1), task.what(certificate), task.echo(2)]))
  t.equal([outcomes[0]?.status, outcomes[2]?.status], ['fulfilled', 'fulfilled'], 'the neighbors')
  t.equal(await t.settles(task.count()), 2, 'the state of the worker')
}) satisfies Case
