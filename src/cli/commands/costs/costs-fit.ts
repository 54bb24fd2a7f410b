import type { CommandModule } from 'yargs'
import { nextLine } from '../../../app/output/next-line.js'
import { formatFixed } from '../../../core/number-format.js'
import { table } from '../../../core/text-table.js'
import type { FitCostsOptions, FittedCosts } from '../../../app/costs/fit-costs.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, optionsOf, textFlag, valueFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

const FLAGS = {
  name: valueFlag('The name that --impact will take (default: symbol and month)'),
} as const

/** `assay costs fit SYMBOL` */
export function costsFitCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'fit <symbol>',
    describe: 'Fit recorded quotes, and keep the curve as a preset for --impact',
    builder: parser =>
      parser
        .positional('symbol', { type: 'string' })
        .options(FLAGS)
        .option('report', valueFlag('Where to write the page, or none'))
        .option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { fitCostPresets, writeCosts } = await import('../../../app/costs/fit-costs.js')
        const options = optionsOf<FitCostsOptions>(flags, { symbol: {}, ...FLAGS })
        const fitted = await fitCostPresets(workspace, options)
        const page = await writeCosts(workspace, fitted, textFlag(flags, 'report'))
        if (isSet(flags, 'json')) printJson(output, jsonOf(fitted, page))
        else output.print(textOf(fitted, page))
      })
    },
  }
}

function jsonOf({ symbol, fit, presets, file }: FittedCosts, page: string | null): unknown {
  return {
    symbol,
    file,
    report: page,
    discarded: fit.discarded,
    mid: fit.mid,
    busy_from: Number.isNaN(fit.busyFrom) ? null : fit.busyFrom,
    presets,
    regimes: fit.fits.map(({ outOfSample, sizes, ...one }) => ({
      ...one,
      out_of_sample: Number.isNaN(outOfSample) ? null : outOfSample,
      sizes: sizes.map(size => ({
        ...size,
        median: Number.isNaN(size.median) ? null : size.median,
        p95: Number.isNaN(size.p95) ? null : size.p95,
      })),
    })),
  }
}

function textOf({ symbol, fit, presets, file }: FittedCosts, page: string | null): string {
  const names = Object.keys(presets)
  const rows = fit.fits.map((one, k) => [
    names[k]!,
    String(one.rounds),
    `${formatFixed(one.curve.a, 2)} + ${one.curve.b.toPrecision(3)} Q^${formatFixed(one.curve.g, 2)}`,
    formatFixed(one.rmse, 3),
    Number.isNaN(one.outOfSample) ? '' : formatFixed(one.outOfSample, 3),
  ])
  const sizes = fit.fits[0]!.sizes.map(one => [
    String(one.size),
    String(one.asked),
    String(one.failed),
    ...[one.median, one.p95, one.fitted].map(value =>
      Number.isNaN(value) ? '' : formatFixed(value, 2),
    ),
  ])
  return [
    `${symbol}: cost of a market fill in bps, Q in quote coins; ${fit.discarded} rounds discarded`,
    table(['preset', 'rounds', 'curve', 'rmse', 'later rounds'], rows),
    '',
    table(['size', 'quotes', 'no price', 'median', '95 %', 'curve'], sizes),
    '',
    `kept in ${file}`,
    ...(page === null ? [] : [`report ${page}`]),
    nextLine(`assay costs show ${names[0]}`, 'what fills of several sizes cost'),
  ].join('\n')
}
