/** A running scenario: its runtime, its records, and its views until it is closed. */
import type { RuntimeTaskSnapshot, TaskRuntime } from '@varunkanwar/atelier'
import { Recorder } from './recorder.ts'
import { everyFrame } from './view/frames.ts'
import { type Face, Panel } from './view/panel.ts'
import { watchColors } from './view/theme.ts'

/** What a scenario shows beside the panels of its tasks. */
export type Extra = {
  /** Called before every frame. */
  draw: () => void
  /** Called when the colors have changed. */
  redraw?: () => void
  close?: () => void
}

export class Scene {
  readonly recorder: Recorder
  readonly #runtime: TaskRuntime
  readonly #panels: Map<string, Panel>
  readonly #ends: (() => void)[]

  constructor(runtime: TaskRuntime, board: HTMLElement, faces: Face[], extra?: Extra) {
    this.#runtime = runtime
    this.recorder = new Recorder(runtime)
    this.#panels = new Map(faces.map(face => [face.taskId, new Panel(face, board)]))
    const drawAll = () => {
      // On the same clock as the events.
      const now = Date.now()
      for (const state of runtime.getRuntimeSnapshot().tasks) {
        this.#panels.get(state.taskId)?.show(this.recorder.of(state.taskId), state, now)
      }
      extra?.draw()
    }
    const redraw = () => {
      for (const panel of this.#panels.values()) panel.redraw()
      extra?.redraw?.()
    }
    this.#ends = [
      everyFrame(drawAll),
      watchColors(redraw),
      () => this.recorder.stop(),
      () => runtime.dispose(),
      () => extra?.close?.(),
    ]
  }

  panel(taskId: string): Panel {
    const panel = this.#panels.get(taskId)
    if (!panel) throw new Error(`No panel shows the task ${taskId}`)
    return panel
  }

  get tasks(): readonly RuntimeTaskSnapshot[] {
    return this.#runtime.getRuntimeSnapshot().tasks
  }

  /** Whether a call is open. */
  get isBusy(): boolean {
    return this.tasks.some(
      task => task.queueDepth + task.restingDepth + task.pendingQueueDepth + task.waitingQueueDepth > 0,
    )
  }

  /** Rejects every open call. */
  close(): void {
    for (const end of this.#ends) end()
    for (const panel of this.#panels.values()) panel.close()
  }
}
