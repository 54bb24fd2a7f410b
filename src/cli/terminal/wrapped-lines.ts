import { fill, widthOf } from '../../core/text-layout.js'

const PAINT = /\u001b\[\d{1,2}m/g
const COMMAND = /^ *assay /

/**
 * A text whose lines hold at most `width` characters: each is broken between words, and goes on under
 * where its own text begins. A word that is longer by itself, such as a path, stays whole, and so does a
 * line that is a command, which is there to be copied.
 */
export function wrappedLines(text: string, width: number): string {
  return text
    .split('\n')
    .map(line => wrapped(line, width))
    .join('\n')
}

function wrapped(line: string, width: number): string {
  if (shownWidth(line) <= width || COMMAND.test(line)) return line
  const indent = /^ */.exec(line)![0]
  const words = line.slice(indent.length).split(' ')
  return fill(words, width - indent.length, '  ', shownWidth)
    .map(part => indent + part)
    .join('\n')
}

/** How many places a line takes, without what paints it. */
function shownWidth(line: string): number {
  return widthOf(line.replace(PAINT, ''))
}
