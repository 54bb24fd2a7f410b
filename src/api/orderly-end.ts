/** A part of what is to end, by the name that it is told of with. */
export type EndStep = readonly [name: string, end: () => Promise<void>]

/**
 * Ends things one after the other. What fails holds up nothing; what is not done within the limit is
 * given up, with all that comes after it.
 * @param late settles when the time is over
 * @returns what has not ended as it should, in words; empty where all has
 */
export async function endInOrder(
  steps: readonly EndStep[],
  late: Promise<void>,
): Promise<readonly string[]> {
  const troubles: string[] = []
  let isLate = false
  const over = late.then(() => {
    isLate = true
  })
  for (const [name, end] of steps) {
    const ended = end().then(
      () => true,
      (error: unknown) => {
        troubles.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
        return true
      },
    )
    if ((await Promise.race([ended, over])) !== true && isLate) {
      troubles.push(`${name}: not done in time`)
      return troubles
    }
  }
  return troubles
}
