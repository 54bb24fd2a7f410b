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
  if (lengthOf(line) <= width || COMMAND.test(line)) return line
  const indent = /^ */.exec(line)![0]
  const lines: string[] = []
  let current = ''
  for (const word of line.slice(indent.length).split(' ')) {
    const before = lines.length === 0 ? indent : `${indent}  `
    const longer = current === '' ? before + word : `${current} ${word}`
    if (current === '' || lengthOf(longer) <= width) current = longer
    else {
      lines.push(current)
      current = `${indent}  ${word}`
    }
  }
  return [...lines, current].join('\n')
}

/** How many places a line takes, without what paints it. */
function lengthOf(line: string): number {
  return line.replace(PAINT, '').length
}
