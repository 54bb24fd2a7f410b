const only = (name, path, allowed) => ({
  name,
  severity: 'error',
  from: { path },
  to: { pathNot: allowed },
})
const never = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: to },
})

const allExceptions = []

/**
 * The rooms of a folder, from the ground up: each imports what lies lower, and nothing beside or
 * above itself. A room is a pattern of paths inside the folder. Files that break this are named in
 * `exceptions`, which may only shrink.
 */
const floors = (folder, storeys, exceptions = []) => {
  allExceptions.push(...exceptions.map(file => `${folder}/${file}`))
  return storeys.flatMap((rooms, k) =>
    rooms.flatMap(room => {
      const forbidden = storeys
        .slice(k)
        .flat()
        .filter(other => other !== room)
      if (forbidden.length === 0) return []
      const to = `^${folder}/(${forbidden.join('|')})`
      const from = {
        path: `^${folder}/${room}`,
        pathNot: exceptions.map(file => `^${folder}/${file}$`),
      }
      return [{ name: `${folder}-${room}-looks-down`, severity: 'error', from, to: { path: to } }]
    }),
  )
}

/** The layers of docs/architecture.md. Every arrow points inward, to the core. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('core-is-pure', '^src/core', ['^src/core']),
    only('strategies-see-only-the-core-face', '^strategies', [
      '^strategies',
      '^src/core/index\\.ts$',
    ]),
    never('data-stands-alone', '^src/data', '^(strategies|src/(backtest|report|live|app|api|cli))'),
    never(
      'backtest-stands-alone',
      '^src/backtest',
      '^(strategies|src/(data|report|live|app|api|cli))',
    ),
    never('live-stands-alone', '^src/live', '^(strategies|src/(data|backtest|report|app|api|cli))'),
    never('report-stands-alone', '^src/report', '^(strategies|src/(data|live|app|api|cli))'),
    {
      name: 'report-computes-no-results',
      severity: 'error',
      from: { path: '^src/report' },
      to: { path: '^src/backtest', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pages-import-nothing-of-node',
      severity: 'error',
      from: { path: '^src/(report/browser|api/dashboard)' },
      to: { dependencyTypes: ['core'] },
    },
    // All that the dashboard knows comes through the API.
    never(
      'the-dashboard-asks-the-api',
      '^src/api/dashboard',
      '^(strategies|src/(?!api/dashboard))',
    ),
    never(
      'nothing-imports-the-cli',
      '^(src/(core|data|backtest|report|live|app)|strategies)',
      '^src/(cli|api)',
    ),
    never(
      'the-cli-calls-the-app',
      '^src/(cli|api)',
      '^(strategies|src/(data|backtest|report|live))',
    ),
    ...floors(
      'src/core',
      [
        ['candles/'],
        ['indicators/', 'statistics/'],
        ['strategy/'],
        ['account/', 'search/'],
        ['ports/'],
        ['risk/'],
        ['trading/'],
        ['metrics/'],
        ['fast/'],
        ['engine/'],
        ['index\\.ts$'],
      ],
      [
        // A position reads the settings of its risk, and the book is told whose desk it serves.
        'account/position\\.ts',
        'account/book\\.ts',
        // The meter of drawdowns is fed by the registers of the kernel.
        'metrics/drawdown\\.ts',
        // The fast runs fill the curve of the engine that chooses them.
        'fast/kernel-run\\.ts',
        'fast/solo-run\\.ts',
      ],
    ),
    ...floors('src/core/statistics', [
      ['samples/', 'distributions/'],
      ['sharpe/'],
      ['splits/', 'resampling/'],
    ]),
    ...floors('src/core/trading', [['orders/', 'fills/'], ['venue/'], ['[^/]+$']]),
    ...floors('src/data', [
      ['files/'],
      ['cache/', 'postgres/', 'migrations/'],
      ['shared/'],
      ['embedded/'],
      ['store/'],
      ['candles/'],
      ['import/cells/'],
      ['import/tables/'],
      ['import/columns/'],
      ['import/times/'],
      ['import/[^/]+$'],
    ]),
    ...floors(
      'src/app',
      [
        ['output/'],
        ['options/'],
        ['workspace/'],
        ['export/table-file\\.ts$'],
        ['data/', 'export/sql-query\\.ts$', 'records/', 'strategy/'],
        ['backtest/'],
        ['portfolio/', 'proof/', 'sweep/'],
        ['cross-validation/', 'export/run-[^/]+$', 'queue/', 'validation/', 'walk-forward/'],
        ['statistics/'],
        ['research/'],
      ],
      [
        // A sweep is given to the queue where that is asked for; it is loaded then.
        'sweep/threads/sweep-runners\\.ts',
      ],
    ),
    ...floors('src/app/strategy', [['guard/'], ['[^/]+$']]),
    ...floors('src/app/backtest', [['input/'], ['metrics/'], ['[^/]+$'], ['stored/']]),
    ...floors('src/app/live', [
      ['promotion/'],
      ['settings/'],
      ['session/'],
      ['runner/', 'watch/'],
      ['paper/', '[^/]+$'],
    ]),
    ...floors('src/app/sweep', [['input/', 'stored/'], ['threads/'], ['[^/]+$']]),
    ...floors('src/live', [['http/'], ['solana/'], ['jupiter/'], ['swaps/'], ['broker/']]),
    ...floors('src/data/store', [['candles/', 'journal/', 'runs/', 'sweeps/'], ['[^/]+$']]),
    ...floors('src/backtest/run', [['record/'], ['replay/'], ['warnings/'], ['[^/]+$']]),
    ...floors('src/backtest', [
      ['kernel/', 'tables/', 'technical/'],
      ['run/'],
      ['diagnosis/'],
      ['metric-profiles/', 'stress/', 'proof/', 'sweep/'],
      ['results/', 'walk-forward/', 'cross-validation/', 'validation/'],
      ['portfolio/'],
    ]),
    ...floors('src/backtest/sweep', [
      ['expressions/', 'plan/'],
      ['trials/'],
      ['threads/', 'sweep\\.ts$'],
      ['tally/'],
    ]),
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.d\\.ts$|^src/app/strategy/strategy-scope\\.ts$' },
      to: {},
    },
    {
      name: 'not-to-dev-dependencies',
      severity: 'error',
      from: { path: '^(src|strategies)' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
}

// No setting of the tool, which must not see it: the test of these rules counts them.
Object.defineProperty(module.exports, 'exceptions', { value: allExceptions })
