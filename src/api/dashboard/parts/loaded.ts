import { useEffect, useState } from 'preact/hooks'
import { ask, wordsOf } from '../state/client.js'

/** What was asked of the API: nothing yet, an answer, or why there is none. */
export interface Loaded<T> {
  readonly value: T | null
  readonly trouble: string
  /** Asks again. */
  readonly again: () => void
}

/**
 * Asks the API when the address changes, and shows the old answer until there is a new one; null asks
 * nothing. `everyMs` asks again and again.
 */
export function useLoaded<T>(path: string | null, everyMs?: number): Loaded<T> {
  const [value, setValue] = useState<T | null>(null)
  const [trouble, setTrouble] = useState('')
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    if (path === null) return
    const stop = new AbortController()
    const load = (): void => {
      ask<T>(path, { signal: stop.signal }).then(
        found => {
          setValue(found)
          setTrouble('')
        },
        (error: unknown) => {
          if (!stop.signal.aborted) setTrouble(wordsOf(error))
        },
      )
    }
    load()
    const timer = everyMs === undefined ? undefined : setInterval(load, everyMs)
    return () => {
      clearInterval(timer)
      stop.abort()
    }
  }, [path, everyMs, turn])
  return { value, trouble, again: () => setTurn(before => before + 1) }
}
