/**
 * The cost of one call in the kernel alone, across the wasm boundary, in Node: submit, settle and reading every effect as the
 * shell does. Prints medians of nine rounds of 100,000 calls, in nanoseconds per call, also while the inputs are recorded, and how
 * long the recording becomes.
 */
import { readFileSync } from 'node:fs'
import { runnerImport } from 'vite'
import { initSync, Kernel } from '../ts/page/kernel/pkg/kernel.js'

const { DEADLINE, Outcome, perform, REGISTERS } = await sourceOf('page/kernel/boundary.ts')
const { Registers } = await sourceOf('page/kernel/registers.ts')
const { createRecorder } = await sourceOf('devtools/recording/recorder.ts')

const ROUNDS = 9
const CALLS = 100_000
const LEVELS = 16
const LOWEST = -8

const { memory } = initSync({
  module: readFileSync(new URL('../ts/page/kernel/pkg/kernel_bg.wasm', import.meta.url)),
})

/** What is read is added up, or the engine would leave out the reading. */
let checksum = 0
/** How long the last recording was. */
let recordedBytes = 0
/** The call that was started last. */
let started = 0
/** The effects of a call that succeeds, and that of a worker that is missing. */
const performer = {
  spawn(task, slot, epoch) {
    checksum += task + slot + epoch
  },
  dispatch(task, call, attempt, slot, epoch) {
    started = call
    checksum += task + call + attempt + slot + epoch
  },
  resolve(task, call) {
    checksum += task + call
  },
}

const runs = {
  'one after the other': oneByOne,
  'one after the other, recorded': (kernel, ...parts) => recorded(kernel, oneByOne, parts),
  'queued at once': (...parts) => queued(...parts, () => 0),
  'queued at once, at 16 priorities': (...parts) => queued(...parts, call => (call % LEVELS) + LOWEST),
}
const timings = Object.fromEntries(Object.keys(runs).map(name => [name, []]))
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of Object.entries(runs)) timings[name].push(perCall(run))
}
for (const [name, figures] of Object.entries(timings)) {
  console.log(`${name}: ${Math.round(figures.sort((a, b) => a - b)[ROUNDS >> 1])} ns per call`)
}
console.log(`recorded: ${(recordedBytes / CALLS).toFixed(1)} bytes per call`)

if (Number.isNaN(checksum)) throw new Error('A register held no number')

function perCall(run) {
  const kernel = new Kernel()
  const task = kernel.defineTask({ type: 'singleton', maxQueueDepth: Number.POSITIVE_INFINITY }, 1, 0)
  const start = performance.now()
  run(kernel, task, new Registers(memory, kernel.registers(), REGISTERS))
  const elapsed = performance.now() - start
  kernel.free()
  return (elapsed / CALLS) * 1e6
}

function oneByOne(kernel, task, registers) {
  for (let call = 0; call < CALLS; call++) {
    submit(kernel, task, registers, call, 0)
    settle(kernel, task, registers, call)
  }
}

function recorded(kernel, run, parts) {
  const recorder = createRecorder({ maxBytes: Number.POSITIVE_INFINITY })
  run(recorder.watch(kernel), ...parts)
  recordedBytes = recorder.bytes().length
}

function queued(kernel, task, registers, priorityOf) {
  for (let call = 0; call < CALLS; call++) submit(kernel, task, registers, call, priorityOf(call))
  for (let call = 0; call < CALLS; call++) settle(kernel, task, registers, call)
}

function submit(kernel, task, registers, call, priority) {
  kernel.submit(
    task,
    call,
    undefined,
    undefined,
    undefined,
    priority,
    false,
    undefined,
    false,
    undefined,
    call,
  )
  drain(kernel, registers)
}

/** Ends the call that is on the worker, as the nth one. */
function settle(kernel, task, registers, nth) {
  kernel.settle(task, started, 1, Outcome.Succeeded, undefined, CALLS + nth)
  drain(kernel, registers)
}

/** Reads the registers of each effect, and the deadline, as ts/page/kernel/host.ts does. */
function drain(kernel, registers) {
  for (let kind = kernel.poll(); kind !== 0; kind = kernel.poll()) perform(kind, registers, performer)
  checksum += registers.number(DEADLINE)
}

async function sourceOf(file) {
  const { module } = await runnerImport(new URL(`../ts/${file}`, import.meta.url).pathname)
  return module
}
