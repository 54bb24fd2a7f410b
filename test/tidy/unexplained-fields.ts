/**
 * Fields of exported interfaces without a doc comment of their own, as `Interface.field`. It reads text
 * that Prettier has set: an interface begins and ends at the margin, and its fields two spaces from it.
 */
export function unexplainedFields(text: string): string[] {
  const found: string[] = []
  let name: string | null = null
  let before = ''
  for (const line of text.split('\n')) {
    const opened = /^export interface (\w+)/.exec(line)
    if (opened !== null) name = opened[1]!
    if (/^\}/.test(line) || /^export interface .*\}$/.test(line)) name = null
    const field = /^ {2}(?:readonly )?(\w+|\[.+?\])(?:<.*>)?\??[:(]/.exec(line)
    if (name !== null && field !== null && !/\*\/\s*$/.test(before)) {
      found.push(`${name}.${field[1]}`)
    }
    before = line
  }
  return found
}
