import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { assay, REPOSITORY } from './assay.js'
import { demoFolder } from './prepared-home.js'

let folder: string

beforeAll(async () => {
  folder = await demoFolder()
  mkdirSync(join(folder, 'bin'))
  const program = join(folder, 'bin/assay')
  writeFileSync(
    program,
    `#!/bin/sh\nexec "${process.execPath}" "${join(REPOSITORY, 'bin/assay.js')}" "$@"\n`,
  )
  chmodSync(program, 0o755)
}, 120_000)

const CASES: readonly (readonly [typed: string, wanted: string, unwanted: string])[] = [
  ['assay ba', 'backtest', 'runs'],
  ['assay runs ex', 'export', 'list'],
  ['assay runs export latest --w', '--what', '--format'],
  ['assay backtest ma', 'ma_crossover', 'market_maker.ts'],
  ['assay backtest ma_crossover --fast', '--fast-ma', '--slow-ma'],
  ['assay backtest ma_crossover --symbol S', 'SYNTH-USDC', '--symbol'],
  ['assay data export --timeframe ', '1h', '--symbol'],
  ['assay sweeps export latest --format p', 'parquet', 'csv'],
]

const bash = spawnSync('bash', ['--version'], { stdio: 'ignore' }).status === 0

describe('completion', () => {
  it.each(CASES)('of "%s" offers %s', async (typed, wanted, unwanted) => {
    const { code, out } = await assay(folder, '--complete', ...typed.split(' '))
    expect(code).toBe(0)
    const found = out.trim().split('\n')
    expect(found).toContain(wanted)
    expect(found).not.toContain(unwanted)
  })

  it('of a flag whose values only the shell knows offers nothing', async () => {
    const typed = ['assay', 'backtest', 'ma_crossover', '--report', '']
    expect(await assay(folder, '--complete', ...typed)).toEqual({ code: 0, out: '', err: '' })
  })

  it.skipIf(!bash)(
    `in bash completes what is typed${bash ? '' : ' (skipped: no bash)'}`,
    { timeout: 120_000 },
    async () => {
      const { out: script } = await assay(folder, 'completion', 'bash')
      const lines = CASES.map(([typed]) => {
        const words = typed.split(' ')
        const quoted = words.map(word => `'${word}'`).join(' ')
        return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _assay; echo "\${COMPREPLY[*]}"`
      })
      const { stdout, stderr } = spawnSync(
        'bash',
        ['--norc', '-c', [script, ...lines].join('\n')],
        {
          cwd: folder,
          encoding: 'utf8',
          env: {
            ...process.env,
            PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`,
            ASSAY_HOME: join(folder, '.assay'),
            DATABASE_URL: '',
          },
        },
      )
      expect(stderr).toBe('')
      const answers = stdout.trimEnd().split('\n')
      CASES.forEach(([typed, wanted], k) => {
        expect(answers[k]!.split(' '), typed).toContain(wanted)
      })
    },
  )

  it.each(['zsh', 'fish'])('has a script for %s, which asks as that of bash does', async shell => {
    const { code, out } = await assay(folder, 'completion', shell)
    expect(code).toBe(0)
    expect(out).toContain('assay --complete')
    if (spawnSync(shell, ['--version'], { stdio: 'ignore' }).status !== 0) return
    expect(spawnSync(shell, ['-n'], { input: out, encoding: 'utf8' }).status).toBe(0)
  })

  it('for another shell is refused', async () => {
    const { code, err } = await assay(folder, 'completion', 'zhs')
    expect(code).toBe(2)
    expect(err).toMatch(/no completion for the shell "zhs"\n {2}did you mean zsh\?/)
    expect((await assay(folder, 'completion')).err).toMatch(/missing: a shell/)
  })
})
