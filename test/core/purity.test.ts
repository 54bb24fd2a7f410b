import { ESLint } from 'eslint'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'

const REPOSITORY = join(import.meta.dirname, '../..')
/** A file that exists, so that the typed rules know it; its text is replaced by each snippet. */
const PLACES = {
  core: join(REPOSITORY, 'src/core/assert.ts'),
  strategies: join(REPOSITORY, 'strategies/buy_and_hold.ts'),
}
/** The rules that keep time, chance, locale and the world out. */
const RULES = [
  'no-restricted-globals',
  'no-restricted-properties',
  'no-restricted-syntax',
  'no-restricted-imports',
]

/** Ways to read what is no argument. Each was written to slip through. */
const EVASIONS: Readonly<Record<string, string>> = {
  'the clock': 'export const t = Date.now()',
  'a new date': 'export const t = new Date()',
  'a date called as a function': 'export const t = Date()',
  'an aliased Date': 'const D = Date\nexport const t = D.now()',
  'a destructured Date': 'const { now } = Date\nexport const t = now()',
  'Date in a list': 'export const t = [Date][0]!.now()',
  'Date as an argument': 'export const t = ((D: any) => D.now())(Date)',
  'Date of globalThis': 'export const t = globalThis.Date.now()',
  'Date of globalThis by name': "export const t = (globalThis as any)['Da' + 'te'].now()",
  'an aliased globalThis': 'const g = globalThis\nexport const t = g',
  'Date of global': 'declare const global: any\nexport const t = global.Date.now()',
  'Date of self': 'declare const self: any\nexport const t = self.Date.now()',
  'Date of window': 'declare const window: any\nexport const t = window.Date.now()',
  performance: 'declare const performance: any\nexport const t = performance.now()',
  chance: 'export const x = Math.random()',
  'chance by name': "export const x = Math['random']()",
  'chance by a computed name': "const key = 'random'\nexport const x = (Math as any)[key]()",
  'chance by a joined name': "export const x = (Math as any)['ran' + 'dom']()",
  'a destructured Math': 'const { random } = Math\nexport const x = random()',
  'an assigned Math': 'let random: () => number\n;({ random } = Math)\nexport const x = random()',
  'an aliased Math': 'const M = Math\nexport const x = M.random()',
  'a cast and aliased Math': 'const M = Math as any\nexport const x = M.random()',
  'Math as an argument': 'export const x = ((M: any) => M.random())(Math)',
  'Math in an object': 'const o = { Math }\nexport const x = o.Math.random()',
  'Math in a list': 'export const x = [Math][0]!.random()',
  'Math by default': 'export const x = (M = Math) => M.random()',
  'Math by or': 'export const x = (null || Math).random()',
  'Math returned': 'const m = () => Math\nexport const x = m().random()',
  'a bound Math.random': 'export const x = Math.random.bind(Math)',
  'Reflect on Math': "export const x = Reflect.get(Math, 'random')",
  crypto: 'declare const crypto: any\nexport const x = crypto.randomUUID()',
  'the process': 'declare const process: any\nexport const x = process.hrtime()',
  'a timeout': 'declare const setTimeout: any\nsetTimeout(() => 0, 1)',
  'an interval': 'declare const setInterval: any\nsetInterval(() => 0, 1)',
  'an immediate': 'declare const setImmediate: any\nsetImmediate(() => 0)',
  'a microtask': 'declare const queueMicrotask: any\nqueueMicrotask(() => 0)',
  'the network': "declare const fetch: any\nexport const x = fetch('https://example.org')",
  'the console': "declare const console: any\nconsole.log('here')",
  'a buffer': "declare const Buffer: any\nexport const x = Buffer.from('x')",
  'the locale': 'export const x = new Intl.NumberFormat()',
  'a number in the locale': 'export const x = (1234.5).toLocaleString()',
  'a locale method by name': "export const x = (1234.5)['toLocaleString']()",
  'lower case in the locale': "export const x = 'I'.toLocaleLowerCase()",
  'upper case in the locale': "export const x = 'i'.toLocaleUpperCase()",
  'order in the locale': "export const x = 'a'.localeCompare('b')",
  'a destructured locale method':
    "const { localeCompare } = 'a' as any\nexport const x = localeCompare",
  'a sort without a comparator': 'export const x = [3, 10].sort()',
  'an optional sort without a comparator': 'export const x = ([3, 10] as number[] | null)?.sort()',
  'a sort by name': "export const x = [3, 10]['sort']()",
  'a sort with undefined': 'export const x = [3, 10].sort(undefined)',
  'toSorted without a comparator': 'export const x = [3, 10].toSorted()',
  'a dynamic import': "export const x = import('./book.js')",
  'a package': "import fc from 'fast-check'\nexport const x = fc",
  'a module of Node': "import { readFileSync } from 'node:fs'\nexport const x = readFileSync",
  'a module of Node by its old name':
    "import { readFileSync } from 'fs'\nexport const x = readFileSync",
  'a package exported': "export * from 'fast-check'",
  require: "declare const require: any\nexport const x = require('node:fs')",
  'import.meta': 'export const x = import.meta.url',
  eval: "export const x = eval('Date.now()')",
  'a function of text': "export const x = new Function('return Date.now()')",
  'the constructor of a function': "export const x = (() => 0).constructor('return Date.now()')",
  'a weak reference': 'export const x = new WeakRef({}).deref()',
  'the end of an object': 'export const x = new FinalizationRegistry(() => undefined)',
  'an async function': 'export const x = async () => 1',
  'a promise': 'export const x = Promise.resolve(1)',
  'the stack of an error': "export const x = new Error('x').stack",
}

/** Code that only looks alike. */
const CLEAN = `
import { assert } from './assert.js'
export interface Dated { readonly date: string; readonly random: number }
export function decide(values: readonly number[], dated: Dated): number {
  const sorted = [...values].sort((a, b) => a - b)
  const process = sorted.map(value => Math.max(value, Math.PI, dated.random))
  assert(process.length > 0, 'nothing was decided')
  const text = dated.date.toLowerCase().padEnd(3) + String(process[0]) + (1.5).toFixed(1)
  return Math.floor(text.length / 2) + (dated.date < 'b' ? 1 : 0)
}
`

describe('the determinism rules', () => {
  let eslint: ESLint
  beforeAll(() => {
    eslint = new ESLint({ cwd: REPOSITORY })
  })

  const complaints = async (code: string, filePath: string): Promise<string[]> => {
    const [result] = await eslint.lintText(`${code}\n`, { filePath })
    const broken = result!.messages.filter(({ fatal }) => fatal)
    expect(broken.map(({ message }) => message)).toEqual([])
    return result!.messages
      .filter(({ ruleId }) => RULES.includes(ruleId ?? ''))
      .map(({ ruleId, message }) => `${ruleId}: ${message}`)
  }

  for (const [name, code] of Object.entries(EVASIONS)) {
    it(`report ${name} in the core`, async () => {
      expect(await complaints(code, PLACES.core), code).not.toEqual([])
    })
  }

  it('hold for strategies too', async () => {
    const clock = "import { HOLD } from '../src/core/index.js'\nexport const t = [Date.now(), HOLD]"
    expect(await complaints(clock, PLACES.strategies)).toHaveLength(1)
  })

  it('let clean code pass', async () => {
    expect(await complaints(CLEAN, PLACES.core)).toEqual([])
  })

  it('are turned off by no comment', () => {
    const off = sourceFiles().filter(file => {
      const comments = readFileSync(file, 'utf8').matchAll(/eslint-disable\S*\s*([^\n]*)/g)
      return [...comments].some(([, what]) => !what!.startsWith('@typescript-eslint/'))
    })
    expect(off).toEqual([])
  })
})

function sourceFiles(): string[] {
  return ['src/core', 'strategies'].flatMap(folder =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => join(REPOSITORY, folder, file)),
  )
}
