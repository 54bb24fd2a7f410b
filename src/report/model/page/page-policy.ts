import { createHash } from 'node:crypto'

/** Only this script runs, or none, and nothing is fetched, whatever a name or a warning may hold. */
export function pagePolicy(script: string | null): string {
  return [
    "default-src 'none'",
    ...(script === null ? [] : [`script-src '${digestOf(script)}'`]),
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function digestOf(script: string): string {
  return `sha256-${createHash('sha256').update(script).digest('base64')}`
}
