/** The bytes cannot be replayed. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError'

  /**
   * `not-a-recording`: they do not begin like one. `version`: another version of the package made them, so its kernel may do something
   * else. `broken`: they were cut off or changed.
   */
  readonly reason: 'not-a-recording' | 'version' | 'broken'

  constructor(reason: RecordingError['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}
