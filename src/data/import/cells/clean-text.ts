/** The character that begins an order to a terminal. */
const ESCAPE = 27
const BELL = 7
const DELETE = 127

/**
 * Text of a file as it may be shown: without control characters, and without the sequences that
 * order a terminal to do something.
 */
export function cleanText(text: string): string {
  let clean = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === ESCAPE) i = endOfSequence(text, i)
    else if (code >= 32 && code !== DELETE && code !== 0xfeff) clean += text[i]!
  }
  return clean.trim()
}

/** The last character of the sequence that begins at an escape. */
function endOfSequence(text: string, at: number): number {
  const rest = text.slice(at + 1)
  if (rest.startsWith(']')) {
    const bell = rest.indexOf(String.fromCharCode(BELL))
    return bell < 0 ? at + 1 : at + 1 + bell
  }
  const match = /^\[[0-9;?]*[A-Za-z]/.exec(rest)
  return at + (match?.[0].length ?? 0)
}
