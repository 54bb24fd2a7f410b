/** What a strategy may show of its thoughts. Longer texts are cut. */
export type DebugValue = number | boolean | string

/** Takes each value as it is shown. */
export type DebugSink = (name: string, value: DebugValue) => void

let sink: DebugSink | null = null

/**
 * Shows a value under a name in a trace (`assay trace`), and nowhere else: a run without one pays for a
 * comparison. It answers nothing, so no decision can hang on it.
 */
export function debug(name: string, value: DebugValue): void {
  if (sink !== null) sink(name, value)
}

/** Runs with what `debug` shows going to `to`; whatever happens, it ends with the run. */
export function withDebug<T>(to: DebugSink, run: () => T): T {
  const before = sink
  sink = to
  try {
    return run()
  } finally {
    sink = before
  }
}
