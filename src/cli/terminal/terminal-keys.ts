const SEQUENCES: Readonly<Record<string, string>> = {
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  '\x1b[C': 'right',
  '\x1b[D': 'left',
  '\x1bOA': 'up',
  '\x1bOB': 'down',
  '\x1bOC': 'right',
  '\x1bOD': 'left',
  '\x1b[Z': 'left',
}

const NAMES: Readonly<Record<string, string>> = {
  '\t': 'tab',
  '\r': 'enter',
  '\n': 'enter',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x1b': 'escape',
  '\x03': 'ctrl-c',
}

/** A key of its own, an escape sequence, or a lone Escape. */
const KEY = /\x1b(?:\[[0-9;]*[ -/]*[@-~]|O[A-Z])|[^]/gu

/**
 * What was typed, key by key: characters as they are, other keys by name. What has no name here is
 * `other`.
 */
export function keysOf(typed: string): string[] {
  return (typed.match(KEY) ?? []).map(key => {
    const name = SEQUENCES[key] ?? NAMES[key]
    if (name !== undefined) return name
    return /^\p{Cc}/u.test(key) ? 'other' : key
  })
}
