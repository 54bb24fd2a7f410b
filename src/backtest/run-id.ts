import { hash } from 'node:crypto'
import { canonicalJson } from '../core/canonical.js'
import type { Manifest } from './manifest.js'

/** The canonical JSON of each member of a manifest, by its key; made once, for sweeps repeat it. */
const members = new WeakMap<Manifest, ReadonlyMap<string, string>>()

/**
 * The id of a run: the first 16 digits of the SHA-256 of its manifest's canonical JSON. `changes`
 * take the place of members of the same name.
 */
export function runId(manifest: Manifest, changes: Partial<Manifest> = {}): string {
  const known = members.get(manifest) ?? membersOf(manifest)
  members.set(manifest, known)
  const parts: string[] = []
  for (const [key, text] of known) {
    const change = changes[key as keyof Manifest]
    parts.push(`"${key}":${change === undefined ? text : canonicalJson(change)}`)
  }
  return hash('sha256', `{${parts.join(',')}}`, 'hex').slice(0, 16)
}

function membersOf(manifest: Manifest): ReadonlyMap<string, string> {
  const keys = Object.keys(manifest).sort((a, b) => (a < b ? -1 : 1)) as (keyof Manifest)[]
  return new Map(keys.map(key => [key, canonicalJson(manifest[key])]))
}
