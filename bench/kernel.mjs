/**
 * What one call costs in the kernel alone, through the wasm boundary, in Node: submit, settle and every effect read as the
 * shell reads it. Prints medians of nine rounds of 100,000 calls, in nanoseconds per call.
 */
import { readFileSync } from 'node:fs'
import { EffectKind, initSync, Kernel, Outcome } from '../ts/kernel/pkg/kernel.js'

const ROUNDS = 9
const CALLS = 100_000

initSync({ module: readFileSync(new URL('../ts/kernel/pkg/kernel_bg.wasm', import.meta.url)) })

const timings = { 'one after the other': [], 'queued at once': [] }
for (let round = 0; round < ROUNDS; round++) {
  timings['one after the other'].push(perCall(oneByOne))
  timings['queued at once'].push(perCall(queued))
}
for (const [name, figures] of Object.entries(timings)) {
  console.log(`${name}: ${Math.round(figures.sort((a, b) => a - b)[ROUNDS >> 1])} ns per call`)
}

function perCall(run) {
  const kernel = new Kernel()
  const task = kernel.defineTask({ type: 'singleton', maxQueueDepth: Number.POSITIVE_INFINITY }, 1, 0)
  const start = performance.now()
  run(kernel, task)
  const elapsed = performance.now() - start
  kernel.free()
  return (elapsed / CALLS) * 1e6
}

function oneByOne(kernel, task) {
  for (let call = 0; call < CALLS; call++) {
    submit(kernel, task, call)
    settle(kernel, task, call)
  }
}

function queued(kernel, task) {
  for (let call = 0; call < CALLS; call++) submit(kernel, task, call)
  for (let call = 0; call < CALLS; call++) settle(kernel, task, call)
}

function submit(kernel, task, now) {
  kernel.submit(task, undefined, undefined, undefined, now)
  drain(kernel)
}

function settle(kernel, task, call) {
  kernel.settle(task, call, 1, Outcome.Succeeded, CALLS + call)
  drain(kernel)
}

/** Reads the registers of each effect, and the deadline, as ts/host.ts does. */
function drain(kernel) {
  let read = 0
  for (let kind = kernel.poll(); kind !== EffectKind.None; kind = kernel.poll()) {
    read += kernel.task + kernel.call
    if (kind === EffectKind.Dispatch) read += kernel.attempt + kernel.slot + kernel.epoch
  }
  return read + kernel.deadline()
}
