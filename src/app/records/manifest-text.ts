import { printable, TERMINAL_WIDTH, wrap } from '../../core/text-layout.js'

/** Everything needed to run a stored run again, a line for each setting: `costs.fee_bps 10`. */
export function factLines(manifest: unknown): string[] {
  return leaves(manifest).flatMap(([name, value]) =>
    wrap(`${name} ${printable(value)}`, TERMINAL_WIDTH, '  '),
  )
}

/** Leaves of a plain value with their paths. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (value === null || typeof value !== 'object') {
    return [[path, value === null ? 'none' : String(value)]]
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    leaves(inner, path === '' ? name : `${path}.${name}`),
  )
}
