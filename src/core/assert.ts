/** Stops the process on a broken invariant. A failure is a bug in Assay, never the user's mistake. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`Assay is broken: ${message}. Please report this.`)
}

/** Makes a switch over a closed set exhaustive at compile time. */
export function assertNever(value: never): never {
  throw new Error(`Assay is broken: unexpected value ${JSON.stringify(value)}. Please report this.`)
}
