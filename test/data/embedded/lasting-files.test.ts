import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { REPOSITORY } from '../../cli/assay.js'
import { csvRows, HEADER } from '../import/import-kit.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-lasting-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const log = join(folder, 'calls')
const STRACE = ['-f', '-y', '-qq', '-s', '1000', '-e', 'trace=fsync,rename,write', '-o', log]
const noStrace = spawnSync('strace', [...STRACE, 'true']).status !== 0

describe.skipIf(noStrace)(
  `an import that says it is stored${noStrace ? ' (skipped: strace cannot watch a process here)' : ''}`,
  () => {
    it('has its log on the disk before it says so, and its tables before it ends', () => {
      const file = join(folder, 'rows.csv')
      writeFileSync(file, [HEADER, ...csvRows(500)].join('\n'))
      const command = [process.execPath, join(REPOSITORY, 'bin/assay.js'), 'data', 'import', file]
      const { status, stderr } = spawnSync(
        'strace',
        [...STRACE, ...command, '--symbol', 'LAST', '--timeframe', '1m'],
        {
          env: { ...process.env, ASSAY_HOME: join(folder, 'home'), DATABASE_URL: '' },
          encoding: 'utf8',
        },
      )
      expect(status, stderr).toBe(0)
      const calls = readFileSync(log, 'utf8').split('\n')
      const after = (from: number, pattern: RegExp): number =>
        calls.findIndex((call, k) => k > from && pattern.test(call))
      const made = after(-1, /rename.*home\/database\.new-.*home\/database"/)
      const templateSynced = calls
        .slice(0, made)
        .filter(call => /fsync\(.*database\.new-/.test(call))
      expect(templateSynced.length, 'every file of a new database').toBeGreaterThan(900)
      const logged = after(made, /fsync\(.*database\/pg_wal\//)
      const said = after(made, /write\(1<.*500 imported/)
      expect(made).toBeGreaterThan(0)
      expect(logged).toBeGreaterThan(made)
      expect(said).toBeGreaterThan(logged)
      expect(calls.some(call => /fsync\(.*database\/base\/5\//.test(call))).toBe(true)
      expect(calls.some(call => /fsync\(.*database\/global\/pg_control/.test(call))).toBe(true)
    }, 120_000)
  },
)
