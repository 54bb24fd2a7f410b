import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { csvRows, HEADER } from '../data/import/import-kit.js'
import { assay, REPOSITORY } from './assay.js'
import { demoFolder } from './prepared-home.js'

const CONTAINER = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--']
const whyNot =
  spawnSync(CONTAINER[0]!, [...CONTAINER.slice(1), 'true']).status === 0
    ? null
    : 'unshare makes no PID namespace here'

interface Ran {
  readonly process: ChildProcess
  readonly ended: Promise<{ readonly code: number | null; readonly err: string }>
}

/** A command in a container of its own, which shares the home with others. */
function contained(folder: string, ...args: string[]): Ran {
  const [command, ...rest] = [...CONTAINER, process.execPath, join(REPOSITORY, 'bin/assay.js')]
  const env = { ...process.env, ASSAY_HOME: join(folder, '.assay'), DATABASE_URL: '' }
  const child = spawn(command, [...rest, ...args], { cwd: folder, env })
  let err = ''
  child.stdout.resume()
  child.stderr.on('data', (text: Buffer) => (err += text.toString()))
  const ended = new Promise<{ code: number | null; err: string }>(done =>
    child.once('close', code => done({ code, err })),
  )
  return { process: child, ended }
}

describe.skipIf(whyNot !== null)(
  `containers that share a home${whyNot === null ? '' : ` (skipped: ${whyNot})`}`,
  () => {
    const folders: string[] = []
    afterAll(() => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    })
    const home = async (rows: number): Promise<{ folder: string; file: string }> => {
      const folder = await demoFolder()
      folders.push(folder)
      const file = join(folder, 'rows.csv')
      writeFileSync(file, [HEADER, ...csvRows(rows)].join('\n'))
      return { folder, file }
    }
    const importing = (folder: string, file: string, symbol: string): Ran =>
      contained(folder, 'data', 'import', file, '--symbol', symbol, '--timeframe', '1m')
    const sets = async (folder: string): Promise<string[]> => {
      const { code, out, err } = await assay(folder, 'doctor')
      expect([code, err]).toEqual([0, ''])
      return [...out.matchAll(/^(\S+) 1[mh] +ok +\d+ candles read, .* verified/gm)].map(
        ([, name]) => name!,
      )
    }

    it('import one after the other, and nothing is lost', { timeout: 120_000 }, async () => {
      const { folder, file } = await home(3_000)
      const ran = ['A', 'B', 'C'].map(symbol => importing(folder, file, symbol))
      for (const { ended } of ran) expect((await ended).code).toBe(0)
      expect(await sets(folder)).toEqual(['A', 'B', 'C', 'SYNTH-USDC'])
    })

    it('lose nothing to one that is killed in the middle', { timeout: 120_000 }, async () => {
      const { folder, file } = await home(300_000)
      const killed = importing(folder, file, 'KILLED')
      while (!existsSync(join(folder, '.assay/database.lock'))) await new Promise(setImmediate)
      await expect.poll(async () => (await assay(folder, 'data', 'list')).code).toBe(0)
      killed.process.kill('SIGKILL')
      expect((await killed.ended).code).toBe(null)
      writeFileSync(file, [HEADER, ...csvRows(3_000)].join('\n'))
      const next = await importing(folder, file, 'NEXT').ended
      expect([next.code, next.err]).toEqual([0, expect.stringContaining('waiting for process')])
      expect(await sets(folder)).toEqual(['NEXT', 'SYNTH-USDC'])
    })
  },
)
