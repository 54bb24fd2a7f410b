/**
 * What several sources say, each as it comes; of each the next is asked for only when the last was
 * taken, so that a slow taker slows the sources. It ends when the first `essential` source ends.
 */
export async function* merge<T>(
  sources: readonly AsyncGenerator<T>[],
  essential: number,
): AsyncGenerator<T> {
  const asked = new Map<number, Promise<Answer<T>>>()
  const ask = (k: number): void =>
    void asked.set(
      k,
      sources[k]!.next().then(result => ({ k, result })),
    )
  sources.forEach((_, k) => ask(k))
  try {
    while (asked.size > 0) {
      const { k, result } = await Promise.race(asked.values())
      if (result.done === true) {
        asked.delete(k)
        if (k === essential) return
      } else {
        yield result.value
        ask(k)
      }
    }
  } finally {
    for (const [k, answer] of asked) {
      answer.catch(() => undefined)
      void sources[k]!.return(undefined).catch(() => undefined)
    }
  }
}

interface Answer<T> {
  readonly k: number
  readonly result: IteratorResult<T>
}
