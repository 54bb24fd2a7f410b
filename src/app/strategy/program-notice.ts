import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../data/files/disk-errors.js'

const NOTICE = `note: a strategy file is a program. What it names is checked, and it gets no clock, network, files
  or process; but it runs as you, in this process. Run files of others only if you trust or have read them.`

let teller: ((text: string) => void) | undefined

/** Who is told, when a home loads its first strategy file, what such a file is. */
export function tellOfPrograms(tell: (text: string) => void): void {
  teller = tell
}

/** @param folder the cache of the home, which remembers that it was said */
export function tellOnce(folder: string): void {
  const mark = join(folder, 'told-of-programs')
  if (teller === undefined || existsSync(mark)) return
  try {
    makeFolder(folder)
    writeFileSync(mark, '')
  } catch {
    // Said again next time.
  }
  teller(NOTICE)
}
