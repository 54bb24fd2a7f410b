import type { Output } from '../src/app/output/output.js'

/** An output that nobody reads. */
export const QUIET: Output = {
  print: () => undefined,
  log: () => undefined,
  draw: () => undefined,
  colour: false,
  interactive: false,
}
