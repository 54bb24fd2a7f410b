/** Stops the process on a broken invariant. A failure is a bug in Assay, never the user's mistake. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw broken(message)
}

/** Whether an error is a broken invariant; by its name, because a strategy file has its own copy of this. */
export function isBroken(error: unknown): boolean {
  return error instanceof Error && error.name === BROKEN
}

const BROKEN = 'BrokenInvariant'

/** The error of a broken invariant, where its message is made of values: they are put together only then. */
export function broken(message: string): Error {
  const error = new Error(`Assay is broken: ${message}. Please report this.`)
  error.name = BROKEN
  return error
}

/** Makes a switch over a closed set exhaustive at compile time. */
export function assertNever(value: never): never {
  throw broken(`unexpected value ${JSON.stringify(value)}`)
}
