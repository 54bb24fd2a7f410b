/** Text for a terminal: plain lines of limited width. */

/** Width of the narrowest terminal that is written for, in columns. */
export const TERMINAL_WIDTH = 80

/** The text without what could move a cursor or change a colour: names come from files. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}

/** Characters of a text, as a terminal of Western text shows them. */
export function widthOf(text: string): number {
  return Array.from(text).length
}

/** The text cut to a width, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  const characters = Array.from(text)
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`
}

/** Words in lines of at most `width`, later lines indented; a longer word is broken. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const words = text.split(' ').flatMap(long => broken(long, width - indent.length))
  return fill(words, width, indent)
}

/**
 * Words in lines of at most `width`, later lines indented; a longer word stays whole, on a line of its own.
 * @param measure how wide a line is shown
 */
export function fill(
  words: readonly string[],
  width: number,
  indent = '',
  measure: (line: string) => number = widthOf,
): string[] {
  const [first = '', ...others] = words
  const lines: string[] = []
  let line = first
  for (const word of others) {
    const joined = line === '' ? word : `${line} ${word}`
    if (measure(joined) <= width) line = joined
    else {
      lines.push(line)
      line = indent + word
    }
  }
  return [...lines, line]
}

/** Label left, value right, together `width` wide where they fit. */
export function pair(label: string, value: string, width: number): string {
  const room = width - widthOf(value) - 1
  const name = cut(label, Math.max(1, room))
  return `${name}${' '.repeat(Math.max(1, width - widthOf(name) - widthOf(value)))}${value}`
}

function broken(word: string, width: number): string[] {
  const characters = Array.from(word)
  if (characters.length <= width) return [word]
  const count = Math.ceil(characters.length / width)
  return Array.from({ length: count }, (_, k) =>
    characters.slice(k * width, (k + 1) * width).join(''),
  )
}
