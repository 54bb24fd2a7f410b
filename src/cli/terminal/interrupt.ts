/** Does work that goes on until Ctrl-C or SIGTERM, which its signal tells it. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  for (const name of SIGNALS) process.once(name, onSignal)
  try {
    return await work(stop.signal)
  } finally {
    for (const name of SIGNALS) process.removeListener(name, onSignal)
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
