/** Feeds as one, each event as it comes. An error of one ends all. */
export async function* merged<T>(feeds: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const iterators = feeds.map(feed => feed[Symbol.asyncIterator]())
  const next = async (i: number) => ({ i, result: await iterators[i]!.next() })
  const waiting = new Map(feeds.map((_, i) => [i, next(i)]))
  try {
    while (waiting.size > 0) {
      const { i, result } = await Promise.race(waiting.values())
      if (result.done === true) waiting.delete(i)
      else {
        waiting.set(i, next(i))
        yield result.value
      }
    }
  } finally {
    // What they still wait for comes to nothing.
    for (const rest of waiting.values()) rest.catch(() => undefined)
    for (const iterator of iterators) void iterator.return?.(undefined)?.catch(() => undefined)
  }
}
