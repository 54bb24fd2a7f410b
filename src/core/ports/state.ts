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
