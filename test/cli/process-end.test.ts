import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { REPOSITORY } from './assay.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-end-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const module = JSON.stringify(join(REPOSITORY, 'src/cli/terminal/process-end.ts'))

/** What a process ends with whose command does this. */
function endOf(work: string): { code: number | null; err: string } {
  const script = join(folder, 'script.mts')
  writeFileSync(
    script,
    `import { endsEarly, toItsEnd } from ${module}
process.exitCode = await toItsEnd(async () => { ${work}; return 0 })`,
  )
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  })
  return { code: status, err: stderr }
}

describe('a command that does not come to its end', () => {
  const before = /the command ended before it was done/
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['because something ends the process', 'process.exit(0)', before],
    ['because something sets the code and ends it', 'process.exitCode = 0; process.exit()', before],
    [
      'because something ends it without saying',
      'process.removeAllListeners("exit"); process.reallyExit(0)',
      /^$/,
    ],
    ['because what it waits for never comes', 'await new Promise(() => undefined)', before],
    [
      'because something throws beside it',
      'setTimeout(() => { throw new Error("lost") }); await new Promise(done => setTimeout(done, 1000))',
      /error: lost/,
    ],
    [
      'because a promise fails beside it',
      'void Promise.reject(new Error("lost")); await new Promise(done => setTimeout(done, 1000))',
      /error: lost/,
    ],
  ]
  it.each(cases)('%s fails', (_, work, message) => {
    const { code, err } = endOf(work)
    expect(code, err).toBe(1)
    expect(err).toMatch(message)
    expect(err).not.toContain('    at ')
  })

  it('succeeds where it comes there, or where its reader has seen enough', () => {
    expect(endOf('')).toEqual({ code: 0, err: '' })
    expect(endOf('endsEarly(); process.exit(0)')).toEqual({ code: 0, err: '' })
  })
})
