import { hash } from 'node:crypto'
import { canonicalJson } from '../core/canonical.js'
import type { Manifest } from './manifest.js'

/** The id of a run: the first 16 digits of the SHA-256 of its manifest's canonical JSON. */
export function runId(manifest: Manifest): string {
  return new RunIds(manifest).idOf({})
}

/** The ids of runs that differ from one manifest in a few members. */
export class RunIds {
  private readonly members: Member[]

  constructor(manifest: Manifest) {
    const keys = Object.keys(manifest).sort((a, b) => (a < b ? -1 : 1)) as (keyof Manifest)[]
    this.members = keys.map(key => new Member(key, manifest[key]))
  }

  /** The id where `changes` take the place of the members of the same name. */
  idOf(changes: Partial<Manifest>): string {
    let text = ''
    for (const member of this.members) {
      text += `${text === '' ? '{' : ','}"${member.key}":${member.textOf(changes[member.key])}`
    }
    return hash('sha256', `${text}}`, 'hex').slice(0, 16)
  }
}

/** A member of a manifest, and what was put in its place last: runs of a sweep share most of them. */
class Member {
  readonly key: keyof Manifest
  private readonly text: string
  private changed: unknown = undefined
  private changedText = ''

  constructor(key: keyof Manifest, value: unknown) {
    this.key = key
    this.text = canonicalJson(value)
  }

  textOf(change: unknown): string {
    if (change === undefined) return this.text
    if (change !== this.changed) {
      this.changedText = canonicalJson(change)
      this.changed = change
    }
    return this.changedText
  }
}
