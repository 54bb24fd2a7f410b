import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeError } from '../../src/app/output/error-text.js'
import { assayProcess, assayWith, REPOSITORY, type Ran } from './assay.js'
import { demoFolder } from './prepared-home.js'

const folder = await demoFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const KEY = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']

/** One message with its next step, exit 2, and nothing about bugs. */
function expectRefused({ code, out, err }: Ran, ...words: string[]): void {
  expect(out).toBe('')
  expect(err).toMatch(/^error: .*\n {2}.*\n$/)
  expect(err).not.toMatch(/bug|\n\s+at /)
  for (const word of words) expect(err).toContain(word)
  expect(code).toBe(2)
}

describe('errors of the file system', () => {
  it.each([
    ['ENOSPC', 'no space'],
    ['EROFS', 'read-only'],
    ['EACCES', 'permission denied'],
    ['EISDIR', 'folder, not a file'],
    ['ENOTDIR', 'file, not a folder'],
    ['EEXIST', 'exists'],
  ])('%s is told with path, reason and next step', (code, reason) => {
    const error = Object.assign(new Error('raw'), { code, syscall: 'write', path: '/some/where' })
    const { text, exitCode } = describeError(error)
    expect(text).toMatch(/^error: cannot write "\/some\/where": .*\n {2}\w/)
    expect(text).toContain(reason)
    expect(exitCode).toBe(2)
  })

  it('leaves other errors a bug', () => {
    const refused = Object.assign(new Error('x'), { code: 'ENOENT', syscall: 'spawn' })
    for (const error of [new TypeError('x'), refused]) {
      expect(describeError(error)).toMatchObject({ exitCode: 1 })
      expect(describeError(error).text).toContain('bug')
    }
  })
})

describe('a home folder that is none', { timeout: 30_000 }, () => {
  const file = join(folder, 'file')
  beforeAll(() => writeFileSync(file, 'mine'))

  it('is told where it is a file, by reading and by writing', async () => {
    const candles = join(folder, 'candles.csv')
    writeFileSync(candles, 'time,open,high,low,close,volume\n2024-01-01T00:00:00Z,1,2,1,2,1\n')
    for (const home of [file, join(file, 'below')]) {
      const env = { ASSAY_HOME: home }
      expectRefused(await assayWith(env, folder, 'data', 'list'), file)
      expectRefused(await assayWith(env, folder, 'data', 'import', candles, ...KEY), file)
      expectRefused(await assayWith(env, folder, 'runs', 'list'), file)
    }
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })

  it.skipIf(!existsSync('/proc/self'))('is told where none can be made', async () => {
    const env = { ASSAY_HOME: '/proc/nope' }
    expectRefused(await assayWith(env, folder, 'runs', 'list'), '/proc/nope')
    expectRefused(await assayProcess(folder, 'init', '/proc/nope'), '/proc/nope')
  })

  it('is told without the address where DATABASE_URL is nonsense', async () => {
    const env = { DATABASE_URL: 'nonsense:secret' }
    const ran = await assayWith(env, folder, 'data', 'list')
    expectRefused(ran, 'DATABASE_URL is not a PostgreSQL address')
    expect(ran.err).not.toContain('secret')
  })
})

describe('--report', { timeout: 30_000 }, () => {
  const backtest = (path: string): Promise<Ran> =>
    assayProcess(folder, 'backtest', 'buy_and_hold', ...KEY, '--report', path)

  it('refuses folders, devices and files that are no page, and leaves them alone', async () => {
    const notes = join(folder, 'notes.md')
    writeFileSync(notes, 'mine')
    mkdirSync(join(folder, 'folder.html'))
    for (const path of [notes, join(folder, 'folder.html'), '/dev/null']) {
      const { code, err } = await backtest(path)
      expect(err).toContain(`--report "${path}"`)
      expect(err).not.toContain('bug')
      expect(code).toBe(2)
    }
    expect(readFileSync(notes, 'utf8')).toBe('mine')
  })

  it('writes new files of any name, and over pages', async () => {
    const page = join(folder, 'page.HTML')
    writeFileSync(page, 'old')
    for (const path of [page, join(folder, 'new/report')]) {
      expect((await backtest(path)).code).toBe(0)
      expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>/)
    }
  })
})

describe('standard output', () => {
  it.skipIf(!existsSync('/dev/full'))('that is full is one line and exit 1', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(REPOSITORY, 'bin/assay.js'), 'data', 'list'],
      {
        cwd: folder,
        env: { ...process.env, ASSAY_HOME: join(folder, '.assay'), DATABASE_URL: '' },
        stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
        encoding: 'utf8',
      },
    )
    expect(stderr).toBe('error: cannot write "standard output": no space is left on the disk\n')
    expect(status).toBe(1)
  })
})

describe('--json', { timeout: 30_000 }, () => {
  it('of data export is --format json', async () => {
    const short = await assayProcess(folder, 'data', 'export', ...KEY, '--json')
    const long = await assayProcess(folder, 'data', 'export', ...KEY, '--format', 'json')
    expect(short).toEqual(long)
    const [first] = JSON.parse(short.out) as { close: string }[]
    expect(first!.close).toMatch(/^[\d.]+$/)
    const both = await assayProcess(folder, 'data', 'export', ...KEY, '--json', '--format', 'csv')
    expectRefused(both, 'exclude each other')
  })

  it('of data remove tells what would go', async () => {
    const { out, code } = await assayProcess(
      folder,
      'data',
      'remove',
      ...KEY,
      '--dry-run',
      '--json',
    )
    expect(JSON.parse(out)).toMatchObject({ symbol: 'SYNTH-USDC', timeframe: '1h', removed: 0 })
    expect(code).toBe(0)
  })
})
