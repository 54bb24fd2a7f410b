import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppError } from '../../core/errors.js'
import { describeDiskError, makeFolder } from '../../data/files/disk-errors.js'
import { PACKAGE_ROOT } from '../../data/files/package-root.js'

/** A project that was made. */
export interface MadeProject {
  /** Paths made, relative to the folder. */
  readonly files: readonly string[]
  /** Whether a compiler finds the types of `assay`. */
  readonly hasTypes: boolean
}

/**
 * Writes the files of a new strategy project, and links this installation into its `node_modules`, so
 * that `npx tsc` and `node` find `assay` without a registry. Nothing is written where a file exists.
 * @throws AppError FILE_EXISTS, DISK
 */
export async function createProject(folder: string): Promise<MadeProject> {
  const files = projectFiles()
  const taken = Object.keys(files).find(file => existsSync(join(folder, file)))
  if (taken !== undefined) {
    throw new AppError(
      'FILE_EXISTS',
      `"${join(folder, taken)}" exists already; nothing was written`,
      {
        hint: 'give another folder: assay init my-strategies',
      },
    )
  }
  // A folder that npm has made keeps its own.
  const all = existsSync(join(folder, 'package.json'))
    ? files
    : { ...files, 'package.json': packageJson() }
  for (const [file, text] of Object.entries(all)) await writeProjectFile(join(folder, file), text)
  const links = [
    link(folder, 'node_modules/assay', PACKAGE_ROOT),
    ...linkCompiler(folder, createRequire(join(PACKAGE_ROOT, 'package.json'))),
  ]
  return {
    files: [...Object.keys(all), ...links.filter(path => path !== null)],
    hasTypes: await makeTypes(),
  }
}

async function writeProjectFile(path: string, text: string): Promise<void> {
  makeFolder(dirname(resolve(path)))
  try {
    await writeFile(path, text)
  } catch (error) {
    throw describeDiskError(error, path) ?? error
  }
}

/** Links a path of the project to a folder; null where something stands there already. */
function link(folder: string, path: string, target: string): string | null {
  const place = resolve(folder, path)
  if (existsSync(place)) return null
  makeFolder(dirname(place))
  try {
    symlinkSync(target, place, 'junction')
    return path
  } catch (error) {
    throw describeDiskError(error, place) ?? error
  }
}

/** The compiler that this installation has, where it has one. */
function linkCompiler(folder: string, { resolve: find }: NodeJS.Require): (string | null)[] {
  try {
    const compiler = dirname(find('typescript/package.json'))
    const made = link(folder, 'node_modules/typescript', compiler)
    if (process.platform === 'win32') return [made]
    return [made, link(folder, 'node_modules/.bin/tsc', join(compiler, 'bin/tsc'))]
  } catch (error) {
    if (error instanceof AppError) throw error
    return []
  }
}

/** A package has its types; a copy of the sources makes them when they are first asked for. */
async function makeTypes(): Promise<boolean> {
  const types = join(PACKAGE_ROOT, 'dist/types')
  const script = join(PACKAGE_ROOT, 'scripts/declarations.js')
  if (existsSync(types)) return true
  if (!existsSync(script)) return false
  const { writeDeclarations } = (await import(pathToFileURL(script).href)) as {
    writeDeclarations: (folder: string) => Promise<void>
  }
  return writeDeclarations(types).then(
    () => true,
    // Another process may have been faster.
    () => existsSync(types),
  )
}

function projectFiles(): Readonly<Record<string, string>> {
  return {
    'strategies/my_strategy.ts': STRATEGY,
    'config.json': CONFIG,
    'tsconfig.json': TSCONFIG,
    '.gitignore': '.assay/\nnode_modules/\n',
    'README.md': README,
  }
}

const STRATEGY = `import { crossedOver, crossedUnder, defineStrategy, ema, FLAT, HOLD, integer, long } from 'assay'

/** Long while the fast average is above the slow one. */
export default defineStrategy({
  name: 'my_strategy',
  description: 'Long from a cross of the fast EMA above the slow one to the cross below',
  params: {
    fast: integer({ default: 12, min: 2, max: 200 }),
    slow: integer({ default: 48, min: 3, max: 500 }),
  },
  templates: {
    calm: { fast: 24, slow: 96 },
    quick: { fast: 6, slow: 24 },
  },
  check: ({ fast, slow }) => (fast < slow ? undefined : \`fast "\${fast}" must be below slow "\${slow}"\`),
  indicators: ({ fast, slow }) => ({ fast: ema(fast), slow: ema(slow) }),
  initial: () => ({}),
  decide({ indicators: { fast, slow } }) {
    if (crossedOver(fast, slow)) return long(1, { stopLoss: 0.05 })
    return crossedUnder(fast, slow) ? FLAT : HOLD
  },
})
`

const CONFIG = `${JSON.stringify(
  {
    'SYNTH-USDC': {
      active_strategy: 'strategies/my_strategy.ts',
      parameters: { template: 'quick', custom_params: {} },
      risk_settings: { position_size: '50%', trailing_stop: { active: true, distance: 0.06 } },
    },
    account: { capital: 10_000, fee_bps: 10, slippage_bps: 5 },
  },
  null,
  2,
)}
`

const README = `# Strategies

A project made by \`assay init\`. Run the strategy over stored candles:

    assay demo                                   # imports a synthetic sample, once
    assay backtest strategies/my_strategy.ts --symbol SYNTH-USDC --timeframe 1h
    assay backtest --config config.json --timeframe 1h
    assay strategies show strategies/my_strategy.ts
    npx tsc                                      # checks the types of strategies and research scripts

Candles, runs and reports are kept in \`.assay/\`. Import your own candles with \`assay data import\`.
`

const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      strict: true,
      noEmit: true,
      types: [],
    },
    include: ['**/*.ts'],
  },
  null,
  2,
)}
`

/** `npm install` would make the same link; nothing has to be installed for it. */
function packageJson(): string {
  const own = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    readonly devDependencies?: Readonly<Record<string, string>>
  }
  const text = {
    name: 'my-strategies',
    private: true,
    type: 'module',
    scripts: { types: 'tsc' },
    dependencies: { assay: `file:${PACKAGE_ROOT}` },
    devDependencies: { typescript: own.devDependencies?.['typescript'] ?? '^5.9.0' },
  }
  return `${JSON.stringify(text, null, 2)}\n`
}
