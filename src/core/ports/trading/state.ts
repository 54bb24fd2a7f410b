/**
 * Small texts by name that programs share while they run: settings, and where sessions stand. The
 * database is the truth; what stands here can be made again from it.
 */
export interface StateStore {
  /** Where it is, for messages: no password. */
  readonly name: string
  /** @returns the text as it was written; null where there is none */
  read(key: string): Promise<string | null>
  /**
   * Writes a text. With `expected` only where that stands there now, null standing for nothing.
   * @returns whether it was written
   */
  write(key: string, text: string, expected?: string | null): Promise<boolean>
  /**
   * Writes several texts, all of them or none: only where each of those that are expected stands there
   * now. @returns whether they were written
   */
  writeAll(changes: readonly StateChange[]): Promise<boolean>
  /** Names that begin so, in order. */
  keys(prefix: string): Promise<readonly string[]>
  /**
   * Takes a name for so long, unless another owner has it or a text stands there. After that time it
   * holds nothing. @returns whether it is this owner's now
   */
  lease(key: string, owner: string, forMs: number): Promise<boolean>
  /** Gives a name back that this owner has taken. */
  release(key: string, owner: string): Promise<void>
  /** Ends the connection. */
  close(): Promise<void>
}

/** A text that is to stand where another one stands. */
export interface StateChange {
  /** Its name; each once in one change. */
  readonly key: string
  /** What is to stand there; the expected text again where it only has to stand there still. */
  readonly text: string
  /** What stands there now; null for nothing. */
  readonly expected: string | null
}
