import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../../core/errors.js'
import { describeDiskError, makeFolder } from '../../data/files/disk-errors.js'
import { PACKAGE_ROOT } from '../../data/files/package-root.js'

/**
 * Writes the files of a new strategy project. Nothing is written where one of them exists.
 * @returns the paths made, relative to `folder`
 * @throws AppError FILE_EXISTS, DISK
 */
export async function createProject(folder: string): Promise<string[]> {
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
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder, file)
    makeFolder(dirname(resolve(path)))
    try {
      await writeFile(path, text)
    } catch (error) {
      throw describeDiskError(error, path) ?? error
    }
  }
  return Object.keys(files)
}

function projectFiles(): Readonly<Record<string, string>> {
  return {
    'strategies/my_strategy.ts': STRATEGY,
    'config.json': CONFIG,
    'tsconfig.json': tsconfig(),
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

Candles, runs and reports are kept in \`.assay/\`. Import your own candles with \`assay data import\`.
`

/** Types come from the installation that made the project; running needs no build step. */
function tsconfig(): string {
  const face = (file: string): string[] => [join(PACKAGE_ROOT, 'src', file)]
  const options = {
    target: 'es2023',
    lib: ['es2023'],
    module: 'esnext',
    moduleResolution: 'bundler',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    paths: {
      assay: face('core/index.ts'),
      'assay/technicalindicators': face('backtest/technical/technical-indicators.ts'),
    },
  }
  return `${JSON.stringify({ compilerOptions: options, include: ['strategies'] }, null, 2)}\n`
}
