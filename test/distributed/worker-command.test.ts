import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { describe, expect, it } from 'vitest'
import { assayWith, REPOSITORY, scratch } from '../cli/assay.js'

const DATABASE = 'postgres://me:hunter2@127.0.0.1:1/none'

describe('assay worker', () => {
  const cases: readonly [string, Record<string, string>, RegExp][] = [
    ['REDIS_URL is missing', { DATABASE_URL: DATABASE, REDIS_URL: '' }, /^error: REDIS_URL is not/],
    [
      'DATABASE_URL is missing',
      { REDIS_URL: 'redis://me:hunter2@127.0.0.1:1' },
      /^error: DATABASE_URL is not set/,
    ],
    [
      'Redis is away',
      { DATABASE_URL: DATABASE, REDIS_URL: 'redis://me:hunter2@127.0.0.1:1' },
      /^error: cannot use Redis at 127\.0\.0\.1:1: .*ECONNREFUSED/,
    ],
    [
      'REDIS_URL is no address',
      { DATABASE_URL: DATABASE, REDIS_URL: 'http://me:hunter2@127.0.0.1' },
      /^error: REDIS_URL is not a Redis address/,
    ],
  ]
  it.each(cases)('says that %s, without a password', async (_, env, message) => {
    const { code, out, err } = await assayWith(env, scratch(), 'worker')
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
    expect(err).not.toMatch(/hunter2|\n\s+at /)
  })

  it('says how a flag is written', async () => {
    const env = { DATABASE_URL: DATABASE, REDIS_URL: 'redis://127.0.0.1:1' }
    const { code, err } = await assayWith(env, scratch(), 'worker', '--concurrency', 'many')
    expect([code, err]).toEqual([2, expect.stringMatching(/--concurrency is "many"/)])
  })
})

describe('docs/examples/distributed.compose.yml', () => {
  const text = readFileSync(join(REPOSITORY, 'docs/examples/distributed.compose.yml'), 'utf8')
  const sources = ['src/app/workspace/home.ts', 'package.json'].map(file =>
    readFileSync(join(REPOSITORY, file), 'utf8'),
  )

  it('is YAML', async () => {
    await expect(format(text, { parser: 'yaml' })).resolves.toContain('\nservices:\n')
  })

  it('sets what Assay reads, and names programs that exist', () => {
    const names = [...text.matchAll(/^ +(ASSAY_HOME|[A-Z]+_URL): /gm)].map(([, name]) => name!)
    expect(names.sort()).toEqual(['ASSAY_HOME', 'DATABASE_URL', 'REDIS_URL'])
    for (const name of names) expect(sources[0]).toContain(`env['${name}']`)
    expect(text).toContain('node bin/assay.js worker')
    const [, major] = /FROM node:(\d+)/.exec(text)!
    expect(Number(major)).toBeGreaterThanOrEqual(20)
    for (const [, script] of text.matchAll(/npm run (\w+)/g)) {
      expect(sources[1]).toContain(`"${script}": `)
    }
  })
})
