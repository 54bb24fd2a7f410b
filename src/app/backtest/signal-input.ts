import { readFile } from 'node:fs/promises'
import type { ManifestSignals } from '../../backtest/run/record/manifest.js'
import { backtestInput } from '../../backtest/run/run.js'
import type { RunRequest } from '../../backtest/run/record/run-request.js'
import {
  checkSignalsUnchanged,
  readSignalFile,
  requestSignalRun,
  type SignalFile,
  type SignalLeg,
} from '../../backtest/signals/signal-request.js'
import type { TimeLabel } from '../../backtest/signals/signals.js'
import { cutCandles } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import { describeDiskError } from '../../data/files/disk-errors.js'
import { optionLabel, textOption } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'
import { loadRunData } from './run-execution.js'
import { readRunTerms, type RunTerms } from './input/run-input.js'
import type { BacktestOptions } from './input/run-options.js'

/** Decisions that were made elsewhere, as a backtest is asked to run them. */
export interface AskedSignals {
  readonly file: SignalFile
  readonly timeLabel: TimeLabel
}

/** What belongs to a strategy, which a file of decisions has none of. */
const OF_STRATEGIES = ['template', 'templatesFile', 'params'] as const

/**
 * The file of `--signals`, read; null where there is none.
 * @throws AppError USAGE beside a strategy, BAD_SIGNALS, DISK
 */
export async function readSignalOptions(options: BacktestOptions): Promise<AskedSignals | null> {
  const path = textOption(options, 'signals')
  const label = textOption(options, 'timeLabel')
  if (path === undefined) {
    if (label === undefined) return null
    throw new AppError('USAGE', '--time-label is for the times of --signals, which is missing', {
      hint: 'name the file of decisions: --signals signals.csv (docs/signals.md)',
    })
  }
  const strategy = textOption(options, 'strategy')
  if (strategy !== undefined) {
    throw new AppError('USAGE', `a strategy, "${strategy}", and --signals are both given`, {
      hint: 'name one of them: either the strategy decides or the file does',
    })
  }
  const other = OF_STRATEGIES.find(name => Object.keys(options[name] ?? {}).length > 0)
  if (other !== undefined) {
    throw new AppError('USAGE', `${optionLabel(other)} is for a strategy, and --signals has none`, {
      hint: 'leave one of them out',
    })
  }
  return { file: readSignalFile(path, await bytesOf(path)), timeLabel: readTimeLabel(label) }
}

function readTimeLabel(label = 'close'): TimeLabel {
  if (label === 'close' || label === 'open') return label
  throw new AppError(
    'INVALID_SETTING',
    `--time-label is "${label}", but it must be close or open`,
    {
      hint: 'close: times name the close at which it was decided; open: the open of the candle that closed',
    },
  )
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    throw describeDiskError(error, path) ?? error
  }
}

/** The file of a stored run, as it was then. @throws AppError SIGNALS_CHANGED, DISK */
export async function readUnchanged(stored: ManifestSignals): Promise<SignalFile> {
  const bytes = await bytesOf(stored.file)
  // Before its lines are read: a change is told as a change, whatever they are now.
  checkSignalsUnchanged(stored, bytes)
  return readSignalFile(stored.file, bytes)
}

/**
 * The run of a file's decisions on one symbol.
 * @throws AppError USAGE for several, BAD_SIGNALS, NO_CANDLES
 */
export async function requestSignals(
  workspace: Workspace,
  { file, timeLabel }: AskedSignals,
  options: BacktestOptions,
): Promise<RunRequest> {
  const symbol = textOption(options, 'symbol')
  if (symbol === undefined && file.symbols.length > 1) {
    throw new AppError('USAGE', `"${file.file}" decides for ${file.symbols.length} symbols`, {
      hint: 'assay backtest --signals runs them on one account',
    })
  }
  const terms = await readRunTerms({ ...options, symbol: symbol ?? file.symbols[0] })
  return requestSignalRun(file, await legOf(workspace, terms), timeLabel)
}

/** A symbol with the candles of its run, which the decisions are held against. */
export async function legOf(
  workspace: Workspace,
  { request, risk }: RunTerms,
  place: Pick<SignalLeg, 'weight' | 'priority'> = {},
): Promise<SignalLeg> {
  const asked = { ...request, strategies: [] }
  const { candles, first } = backtestInput(asked, await loadRunData(workspace, asked))
  return { request, candles: cutCandles(candles, first, candles.length), risk, ...place }
}
