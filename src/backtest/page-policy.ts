import { createHash } from 'node:crypto'

/** Only this script runs, and nothing is fetched, whatever a name or a warning may hold. */
export function pagePolicy(script: string): string {
  const digest = createHash('sha256').update(script).digest('base64')
  return [
    "default-src 'none'",
    `script-src 'sha256-${digest}'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}
