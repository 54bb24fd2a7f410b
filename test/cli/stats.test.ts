import { rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crossValidation } from '../../src/core/statistics/splits/cross-validation.js'
import { probabilisticSharpe } from '../../src/core/statistics/sharpe/probabilistic-sharpe.js'
import { seededRng } from '../../src/core/random.js'
import { madeReturns, noiseTrials } from '../core/statistics/return-maker.js'
import { assay, assayJson, assayProcess, REPOSITORY, scratch, type Ran } from './assay.js'

const folder = scratch()
const NOISE = noiseTrials(6, { trials: 12, count: 200, mean: 0.0005 })
const EDGE = madeReturns(seededRng(1), { count: 200, mean: 0.002 })

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return name
}

/** Rows of dates from 2024-01-01 on, and a return of each column. */
function rows(columns: readonly Float64Array[], hasDates = true): string {
  return Array.from(columns[0]!, (_, i) => {
    const date = new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10)
    return [...(hasDates ? [date] : []), ...columns.map(column => column[i])].join(',')
  }).join('\n')
}

beforeAll(() => {
  write('run.csv', `date,run\n${rows([EDGE])}\n`)
  const trials = NOISE.map(({ returns }) => returns)
  write(
    'trials.csv',
    `date,${NOISE.map(({ name }) => name).join(',')},hold\n${rows([...trials, EDGE])}\n`,
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const stats = (...args: string[]): Promise<Ran> => assay(folder, 'stats', ...args)
const statsJson = (...args: string[]): Promise<Record<string, never>> =>
  assayJson(folder, 'stats', ...args)

async function refused(name: string, text: string, ...args: string[]): Promise<string> {
  const { code, err, out } = await stats(
    args[0] ?? 'psr',
    '--returns',
    write(name, text),
    ...args.slice(1),
  )
  expect(code, err).toBe(2)
  expect(out).toBe('')
  return err
}

describe('assay stats', () => {
  it('prints each statistic with value, interval, n and formula', async () => {
    const calls = [
      ['psr', '--returns', 'run.csv'],
      ['mintrl', '--returns', 'run.csv'],
      ['bootstrap', '--returns', 'run.csv', '--paths', '200'],
      ['dsr', '--returns', 'trials.csv'],
      ['pbo', '--returns', 'trials.csv', '--blocks', '8'],
      ['haircut', '--returns', 'trials.csv'],
      ['spa', '--returns', 'trials.csv', '--benchmark', 'hold', '--paths', '200'],
      ['cpcv', '--returns', 'trials.csv', '--benchmark', 'hold'],
      ['minbtl', '--trials', '45'],
    ]
    for (const call of calls) {
      const json = await statsJson(...call)
      expect(json).toMatchObject({ schema_version: 1, statistic: call[0] })
      expect(typeof json['value'], call[0]).toBe('number')
      expect(String(json['formula']).length).toBeGreaterThan(20)
      expect(json['n']).toBe(call[0] === 'minbtl' ? 0 : 200)
      expect(json).toHaveProperty('interval')
      expect(JSON.stringify(json)).not.toMatch(/NaN|Infinity|[a-z][A-Z]\w*":/)
    }
  })

  it('computes what the core computes, and says which column holds times', async () => {
    const json = await statsJson('psr', '--returns', 'run.csv', '--benchmark-sharpe', '0.05')
    const wanted = probabilisticSharpe(EDGE, { benchmark: 0.05 })
    expect(json['value']).toBe(wanted.value)
    expect(json['interval']).toEqual(wanted.interval)
    expect(json).toMatchObject({ column: 'run', ignored_column: 'date', periods_a_year: 365 })
    const { err, out } = await stats('psr', '--returns', 'run.csv')
    expect(err).toContain('column "date" holds times, ignored')
    expect(out).toMatch(/^value +0\.\d+$/m)
    expect(out).toContain('Φ(')
  })

  it('reads the same numbers with and without times, and with other separators', async () => {
    const plain = `run\n${rows([EDGE], false)}\n`
    const epochs = `timestamp;run\r\n${Array.from(EDGE, (r, i) => `${1700000000 + i * 86400};${r}`).join('\r\n')}\r\n\r\n`
    const wanted = (await statsJson('psr', '--returns', 'run.csv'))['value']
    for (const [name, text] of [
      ['plain.csv', plain],
      ['epochs.csv', `\uFEFF${epochs}`],
    ] as const) {
      expect((await statsJson('psr', '--returns', write(name, text)))['value']).toBe(wanted)
    }
  })

  it('takes the best column or the one named, and more trials than columns', async () => {
    const best = await statsJson('dsr', '--returns', 'trials.csv')
    expect(best).toMatchObject({ selected: 'hold', trials_raw: 13, trials_from: 'clusters' })
    const named = await statsJson('dsr', '--returns', 'trials.csv', '--column', 't3')
    expect(named['selected']).toBe('t3')
    const more = await statsJson('dsr', '--returns', 'trials.csv', '--trials', '5000')
    expect(more).toMatchObject({ trials: 5000, trials_from: 'given' })
    expect(Number(more['value'])).toBeLessThan(Number(best['value']))
    const one = await statsJson('dsr', '--returns', 'run.csv', '--trials', '100')
    expect(one['value']).toBeNull()
    expect(one['reason']).toContain('variance')
    const given = await statsJson(
      'dsr',
      '--returns',
      'run.csv',
      '--trials',
      '100',
      '--sharpe-variance',
      '0.001',
    )
    expect(given['value']).toBeGreaterThan(0)
    const { code, err } = await stats('psr', '--returns', 'trials.csv')
    expect(code).toBe(2)
    expect(err).toContain('--column')
  })

  it('prints the same for the same seed', async () => {
    const call = ['bootstrap', '--returns', 'run.csv', '--paths', '300', '--seed', '7', '--json']
    const [one, two] = [await stats(...call), await stats(...call)]
    expect(one.out).toBe(two.out)
    const circular = await statsJson(
      'bootstrap',
      '--returns',
      'run.csv',
      '--paths',
      '300',
      '--block-method',
      'circular',
    )
    expect(circular['method']).toBe('circular')
  })

  it('gives null and a reason where there is too little, never a number', async () => {
    const few = write('few.csv', 'run\n0.01\n0.02\n')
    for (const name of ['psr', 'mintrl', 'bootstrap', 'dsr', 'haircut', 'spa']) {
      const json = await statsJson(name, '--returns', few)
      expect(json, name).toMatchObject({ value: null, interval: null })
      expect(json['reason']).toContain('too few')
    }
    const flat = await statsJson('psr', '--returns', write('flat.csv', `a\n${'0.01\n'.repeat(50)}`))
    expect(flat['reason']).toContain('deviation is zero')
    const { code, out } = await stats('pbo', '--returns', 'run.csv')
    expect(code).toBe(0)
    expect(out).toMatch(/^value +–$/m)
    expect(out).toContain('at least 2')
    expect((await statsJson('minbtl', '--trials', '1'))['value']).toBeNull()
  })
})

describe('assay stats cpcv', () => {
  it('computes what the core computes, of the columns but the benchmark', async () => {
    const flags = ['--groups', '6', '--test-groups', '3', '--purge', '4', '--embargo', '0']
    const json = await statsJson('cpcv', '--returns', 'trials.csv', '--benchmark', 'hold', ...flags)
    const plan = { groups: 6, testGroups: 3, purge: 4, embargo: 0 }
    const wanted = crossValidation(NOISE, { plan, benchmark: EDGE })
    expect(json['value']).toBe(wanted.value)
    expect(json['interval']).toEqual(wanted.interval)
    expect(json).toMatchObject({ combinations: 20, paths: 10, trials: 12 })
    const { path_list: paths, combination_list: combinations } = json['details'] as unknown as {
      path_list: readonly { sharpe_annual: number }[]
      combination_list: readonly { name: string; picked: { trial: number } }[]
    }
    expect(paths.map(path => path.sharpe_annual)).toEqual(
      wanted.details!.pathList.map(path => path.sharpeAnnual),
    )
    for (const { name, picked } of combinations) expect(name).toBe(`t${picked.trial}`)
    const { out } = await stats('cpcv', '--returns', 'trials.csv', ...flags)
    expect(out).toMatch(/^sharpe_annual +p5 -?[\d.]+, median -?[\d.]+, p95 -?[\d.]+$/m)
    expect(out).not.toMatch(/object Object/)
  })

  it.each([
    [['--groups', '1'], 'from 2 to 100'],
    [['--test-groups', '10'], 'at most 9 can be tested'],
    [['--groups', '24', '--test-groups', '12'], '2704156 combinations, at most 5000'],
    [['--groups', '100', '--test-groups', '2', '--embargo', '300'], 'leave 0 of 200 days'],
    [['--purge', '2d'], 'it is a number of rows'],
    [['--objective', 'trades'], 'reads trades'],
    [['--objective', 'score.ts'], 'is a file'],
    [['--benchmark', 'holt'], 'did you mean hold?'],
  ])('refuses %s', async (flags, words) => {
    const { code, err, out } = await stats('cpcv', '--returns', 'trials.csv', ...flags)
    expect(err).toContain(words)
    expect(code).toBe(2)
    expect(out).toBe('')
  })
})

describe('assay stats refuses', () => {
  it('cells that are blank, text or too large, with file, line, column and value', async () => {
    expect(await refused('blank.csv', 'a,b\n0.1,0.2\n0.1,\n')).toContain(
      '"blank.csv", line 3, column "b": the cell is blank',
    )
    expect(await refused('text.csv', 'a\n0.1\nabc\n')).toContain('line 3, column "a": "abc"')
    expect(await refused('percent.csv', 'a\n0.1\n5%\n')).toContain('0.01 is 1 %')
    expect(await refused('nan.csv', 'a\nNaN\n')).toContain('"NaN" is no return')
    expect(await refused('large.csv', 'a\n1e9\n')).toContain('"1e9" is no return')
    expect(await refused('gap.csv', 'a\n0.1\n\n0.2\n')).toContain('line 3, column "a": the cell')
    expect(await refused('gaps.csv', 'a,b\n1,1\n\n1,1\n')).toContain('line 3 is empty')
  })

  it('tables that are none', async () => {
    expect(await refused('ragged.csv', 'a,b\n0.1,0.2\n0.1\n')).toContain('line 3 has 1 cell, but')
    expect(await refused('headless.csv', '0.1,0.2\n0.1,0.2\n')).toContain('must name the columns')
    expect(await refused('empty.csv', '')).toContain('is empty')
    expect(await refused('header.csv', 'a,b\n')).toContain('no returns')
    expect(await refused('twice.csv', 'a,a\n0.1,0.2\n')).toContain('two columns are called "a"')
    expect(await refused('unnamed.csv', 'a,\n0.1,0.2\n')).toContain('column 2 has no name')
    expect(await refused('times.csv', 'date\n2024-01-01\n')).toContain('holds times')
    expect(await refused('quote.csv', 'a\n"0.1\n')).toContain('not a table')
  })

  it('times that do not rise or are none', async () => {
    const late = 'date,a\n2024-01-02,0.1\n2024-01-01,0.2\n'
    expect(await refused('late.csv', late)).toContain(
      'line 3, column "date": "2024-01-01" is not after',
    )
    const odd = 'date,a\n2024-01-02,0.1\nsoon,0.2\n'
    expect(await refused('odd.csv', odd)).toContain('"soon" is not a time')
    expect(await refused('slash.csv', 'date,a\n01/02/2024,0.1\n')).toContain(
      'write them as 2024-01-31',
    )
  })

  it('columns that never move, where columns are compared', async () => {
    const text = `a,b\n${'0.1,0\n0.2,0\n'.repeat(20)}`
    for (const name of ['dsr', 'pbo', 'haircut', 'cpcv']) {
      expect(await refused('still.csv', text, name)).toContain('column "b": every return is 0')
    }
  })

  it('blocks that are odd, or more than the rows', async () => {
    const odd = await stats('pbo', '--returns', 'trials.csv', '--blocks', '15')
    expect(odd).toMatchObject({ code: 2 })
    expect(odd.err).toContain('must be even')
    const text = `a,b\n${'0.1,0.2\n0.2,0.1\n'.repeat(6)}`
    expect(await refused('short.csv', text, 'pbo')).toContain(
      '12 rows of returns, too few for 16 blocks',
    )
    const many = await stats('pbo', '--returns', 'trials.csv', '--blocks', '22')
    expect(many.err).toContain('from 2 to 20')
  })

  it('flags that are missing, out of range or of another statistic', async () => {
    const calls = [
      [['psr'], '--returns is missing'],
      [['minbtl'], 'number of trials is missing'],
      [['psr', '--returns', 'none.csv'], 'none.csv'],
      [['psr', '--returns', '.'], '".": it is a folder'],
      [['psr', '--returns', 'run.csv', '--column', 'rum'], 'did you mean run?'],
      [['psr', '--returns', 'run.csv', '--confidence', '95'], 'write 0.95'],
      [['psr', '--returns', 'run.csv', '--benchmark-sharpe', '20'], 'per period'],
      [['psr', '--returns', 'run.csv', '--blocks', '4'], 'no flag --blocks'],
      [['bootstrap', '--returns', 'run.csv', '--block-length', '0'], '--block-length'],
      [['bootstrap', '--returns', 'run.csv', '--block-method', 'moving'], 'circular'],
      [['spa', '--returns', 'run.csv', '--benchmark', 'run'], 'no column but the benchmark'],
      [['pbb'], 'did you mean pbo?'],
      [[], 'say psr'],
    ] as const
    for (const [call, words] of calls) {
      const { code, err } = await stats(...call)
      expect(code, call.join(' ')).toBe(2)
      expect(err).toContain(words)
    }
  })
})

describe('docs/statistics.md', () => {
  it('shows commands that run', async () => {
    const page = await readFile(join(REPOSITORY, 'docs/statistics.md'), 'utf8')
    const commands = [...page.matchAll(/^assay stats (.+)$/gm)].map(([, words]) =>
      words!.split(/\s+/),
    )
    expect(new Set(commands.map(([name]) => name)).size).toBe(9)
    for (const words of commands) {
      const { code, err } = await stats(...words)
      expect(code, `${words.join(' ')}: ${err}`).toBe(0)
    }
  }, 120_000)

  it('is shown the way by --help, with examples', async () => {
    const { out } = await assayProcess(folder, 'stats', '--help')
    expect(out).toContain('Examples:')
    expect(out).toContain('assay stats pbo --returns trials.csv')
  })
})
