/** Characters that a terminal obeys instead of showing, or that turn what follows around. */
const CONTROLS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** The colours that a summary is painted with. */

const PAINT = /(\u001b\[\d{1,2}m)/

/**
 * A text as it may reach a terminal: what is in files, names and flags is shown, not obeyed. In JSON
 * the written characters mean the same, for those below 32 do not occur in it.
 * @param colour whether paint stays
 */
export function shownText(text: string, colour = false): string {
  if (!colour || !PAINT.test(text)) return text.replace(CONTROLS, written)
  return text
    .split(PAINT)
    .map((part, k) => (k % 2 === 1 ? part : part.replace(CONTROLS, written)))
    .join('')
}

function written(character: string): string {
  const code = character.charCodeAt(0)
  const digits = code.toString(16)
  return code < 0x20 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits.padStart(4, '0')}`
}
