/**
 * The cost of one call in the kernel alone, across the wasm boundary, in Node: submit, settle and reading every effect as the
 * shell does. Prints medians of nine rounds of 100,000 calls, in nanoseconds per call.
 */
import { readFileSync } from 'node:fs'
import { runnerImport } from 'vite'
import { EffectKind, initSync, Kernel, Outcome } from '../ts/page/kernel/pkg/kernel.js'

const { module } = await runnerImport(new URL('../ts/page/kernel/registers.ts', import.meta.url).pathname)
const { Registers } = module

const ROUNDS = 9
const CALLS = 100_000

const { memory } = initSync({
  module: readFileSync(new URL('../ts/page/kernel/pkg/kernel_bg.wasm', import.meta.url)),
})

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
  run(kernel, task, new Registers(memory, kernel))
  const elapsed = performance.now() - start
  kernel.free()
  return (elapsed / CALLS) * 1e6
}

function oneByOne(kernel, task, registers) {
  for (let call = 0; call < CALLS; call++) {
    submit(kernel, task, registers, call)
    settle(kernel, task, registers, call)
  }
}

function queued(kernel, task, registers) {
  for (let call = 0; call < CALLS; call++) submit(kernel, task, registers, call)
  for (let call = 0; call < CALLS; call++) settle(kernel, task, registers, call)
}

function submit(kernel, task, registers, now) {
  kernel.submit(task, undefined, undefined, undefined, now)
  drain(kernel, registers)
}

function settle(kernel, task, registers, call) {
  kernel.settle(task, call, 1, Outcome.Succeeded, CALLS + call)
  drain(kernel, registers)
}

/** Reads the registers of each effect, and the deadline, as ts/page/kernel/host.ts does. */
function drain(kernel, registers) {
  let read = 0
  for (let kind = kernel.poll(); kind !== EffectKind.None; kind = kernel.poll()) {
    read += registers.task + registers.call
    if (kind === EffectKind.Dispatch) read += registers.attempt + registers.slot + registers.epoch
  }
  return read + registers.deadline
}
