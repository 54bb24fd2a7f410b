import { TERMINAL_WIDTH, widthOf } from '../../core/text-layout.js'

/** The last line of what a command prints: the command that comes next, ready to be copied, and why. */
export function nextLine(command: string, why = ''): string {
  const line = `next    ${command}`
  const whole = why === '' ? line : `${line}  # ${why}`
  return widthOf(whole) <= TERMINAL_WIDTH ? whole : line
}
