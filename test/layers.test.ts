import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, copyFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { cruise, type ICruiseResult, type IRegularForbiddenRuleType } from 'dependency-cruiser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const REPOSITORY = join(import.meta.dirname, '..')
const { forbidden, exceptions } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  readonly forbidden: IRegularForbiddenRuleType[]
  readonly exceptions: readonly string[]
}

/** How many files may break the order of the rooms. The number may only shrink. */
const EXCEPTIONS_MAX = 6

const LAYERS = /^src\/(core|data|backtest|report|app|cli)\/|^strategies\//

/** What each rule forbids that is not one room above another: a file, and what it imports. */
const PLANTED: Readonly<Record<string, readonly [file: string, imported: string]>> = {
  'no-cycles': ['src/data/files/about.ts', 'src/data/files/round.ts'],
  'core-is-pure': ['src/core/impure.ts', 'node:fs'],
  'strategies-see-only-the-core-face': ['strategies/nosy.ts', 'src/core/errors.ts'],
  'data-stands-alone': ['src/data/files/leaning.ts', 'src/backtest/run/ground.ts'],
  'backtest-stands-alone': ['src/backtest/run/leaning.ts', 'src/data/files/ground.ts'],
  'live-stands-alone': ['src/live/leaning.ts', 'src/backtest/run/ground.ts'],
  'report-stands-alone': ['src/report/leaning.ts', 'src/data/files/ground.ts'],
  'report-computes-no-results': ['src/report/computing.ts', 'src/backtest/run/ground.ts'],
  'pages-import-nothing-of-node': ['src/report/browser/heavy.ts', 'node:fs'],
  'the-dashboard-asks-the-api': ['src/api/dashboard/knowing.ts', 'src/app/options/ground.ts'],
  'nothing-imports-the-cli': ['src/app/options/backwards.ts', 'src/cli/ground.ts'],
  'the-cli-calls-the-app': ['src/cli/skipping.ts', 'src/data/files/ground.ts'],
  'no-orphans': ['src/data/files/lonely.ts', ''],
  'not-to-dev-dependencies': ['src/data/files/lent.ts', 'vitest'],
}

let folder: string
let broken: ReadonlySet<string>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-layers-'))
  copyFileSync(join(REPOSITORY, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'))
  for (const { file, imported } of forbidden.map(plantedFor)) plant(file, imported)
  write('src/data/files/round.ts', "import './about.js'\nexport const round = 1\n")
  const { output } = await cruise(['src', 'strategies'], {
    baseDir: folder,
    validate: true,
    ruleSet: { forbidden },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
  })
  const { violations } = (output as ICruiseResult).summary
  broken = new Set(violations.map(({ rule, from }) => `${rule.name} ${from}`))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Gives a file that breaks the rule: of a room, one that imports the first room it may not. */
function plantedFor({ name, from, to }: IRegularForbiddenRuleType): {
  file: string
  imported: string
} {
  const known = PLANTED[name!]
  if (known !== undefined) return { file: known[0], imported: known[1] }
  const [, parent, room] = /^\^(.+)\/\((.+?)[|)]/.exec(String(to.path)) ?? []
  return {
    file: sample(String(from.path).slice(1), 'above'),
    imported: sample(`${parent}/${room}`, 'below'),
  }
}

/** A path that a pattern of a room matches. */
function sample(pattern: string, name: string): string {
  const path = pattern.replace(/\[\^\/\]\+\$$/, `${name}.ts`).replaceAll('\\.', '.')
  if (path.endsWith('.ts$')) return path.slice(0, -1)
  return path.endsWith('/') ? `${path}${name}-of-rooms.ts` : path
}

function plant(file: string, imported: string): void {
  if (imported === '') return write(file, 'export const planted = 1\n')
  if (!LAYERS.test(imported)) return write(file, `import '${imported}'\nexport const planted = 1\n`)
  const path = relative(dirname(file), imported).replace(/\.ts$/, '.js')
  write(file, `import '${path.startsWith('.') ? path : `./${path}`}'\nexport const planted = 1\n`)
  write(imported, 'export const planted = 1\n', 'wx')
}

/** A file that was planted already keeps what it imports. */
function write(file: string, text: string, flag = 'w'): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  try {
    writeFileSync(join(folder, file), text, { flag })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

describe('the rules of layers', () => {
  it.each(forbidden.map(rule => [rule.name!, rule] as const))(
    '%s catches what it forbids',
    (name, rule) => {
      expect([...broken]).toContain(`${name} ${plantedFor(rule).file}`)
    },
  )

  it('plant for every rule that is there, and for no other', () => {
    const names = forbidden.map(({ name }) => name)
    expect(Object.keys(PLANTED).filter(name => !names.includes(name))).toEqual([])
  })

  it('have exceptions that may only become fewer', () => {
    expect(exceptions.length).toBeLessThanOrEqual(EXCEPTIONS_MAX)
  })
})
