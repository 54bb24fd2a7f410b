import { mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'

const TOUCH_MS = 60_000
/** A folder that nobody has touched for so long was left by a worker that was killed. */
const LEFT_MS = 600_000

/** A folder for the files of a sweep, which shows that somebody uses it. @returns what removes it */
export function openWorkerFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true })
  const touching = setInterval(() => {
    const now = new Date()
    utimesSync(folder, now, now)
  }, TOUCH_MS)
  touching.unref()
  return () => {
    clearInterval(touching)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Removes what workers have left that were killed. @param home of all such folders */
export function removeLeftFolders(home: string, now = Date.now()): void {
  for (const name of namesIn(home)) {
    const folder = join(home, name)
    const touched = statSync(folder, { throwIfNoEntry: false })?.mtimeMs
    if (touched !== undefined && now - touched > LEFT_MS) {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
