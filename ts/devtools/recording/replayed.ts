/** The fields of an input or effect. One that is absent is left out. */
export type ReplayedFields = Readonly<Record<string, number | string | boolean>>

/** What the kernel asked the runtime to do. */
export type ReplayedEffect = { readonly effect: string; readonly fields: ReplayedFields }

/** An input of the kernel, and the effects that the runtime took from it before the next input. */
export type ReplayedStep = {
  /** When it happened, in milliseconds on the clock of the page that was recorded. */
  readonly at: number
  readonly input: string
  readonly fields: ReplayedFields
  readonly effects: readonly ReplayedEffect[]
}

/** What the kernel of a runtime did. */
export type Replay = {
  /** The version of the kernel. */
  readonly version: string
  readonly steps: readonly ReplayedStep[]
  /** Whether the recording had become as long as its `maxBytes`, so that the runtime went on without it. */
  readonly isFull: boolean
  /** The message of the panic that the recording ends with, if it does. */
  readonly panic: string | undefined
  /** All of it as text: a line for each input, and indented ones for what followed from it. */
  readonly story: string
}
