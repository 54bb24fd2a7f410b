import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { STATISTIC_NAMES } from '../src/app/statistics/measure.js'
import { CATALOGUE } from '../src/core/indicators/catalogue/catalogue.js'
import { METRIC_FORMULAS } from '../src/core/metrics/metric-formulas.js'
import { STRATEGIES } from '../strategies/index.js'

const README = fileURLToPath(new URL('../README.md', import.meta.url))

const COUNTS: Readonly<Record<string, number>> = {
  strategies: STRATEGIES.length,
  indicators: CATALOGUE.length,
  metrics: Object.keys(METRIC_FORMULAS).length,
  statistics: STATISTIC_NAMES.length,
}

/** The README with its counts as the code has them. */
export function countedReadme(): string {
  return readFileSync(README, 'utf8').replace(
    /<!-- count:(\w+) -->\d+<!-- \/count -->/g,
    (_, what: string) => `<!-- count:${what} -->${COUNTS[what]}<!-- /count -->`,
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(README, countedReadme())
