import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Gives this process a home of its own, and a database. @returns what puts back how it was */
export function ownHome(name: string, databaseUrl?: string): () => void {
  const home = mkdtempSync(join(tmpdir(), `assay-${name}-`))
  const before = {
    ASSAY_HOME: process.env['ASSAY_HOME'],
    DATABASE_URL: process.env['DATABASE_URL'],
  }
  put({ ASSAY_HOME: home, DATABASE_URL: databaseUrl })
  return () => {
    put(before)
    rmSync(home, { recursive: true, force: true })
  }
}

function put(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}
