import { hash } from 'node:crypto'
import type { Candles } from '../../core/candles/candles.js'
import type { Allocation } from '../../core/engine/allocation/allocation.js'
import { AppError } from '../../core/errors.js'
import type { RiskSettings } from '../../core/risk/settings.js'
import { intentProblem } from '../../core/strategy/intent-check.js'
import { requestPortfolio, type PortfolioRequest } from '../portfolio/portfolio-request.js'
import type { ManifestSignals } from '../run/record/manifest.js'
import type { RequestedStrategy, RunRequest } from '../run/record/run-request.js'
import { signalStrategy } from './signal-strategy.js'
import {
  matchSignals,
  readSignals,
  type Decision,
  type IntentCheck,
  type TimeLabel,
  type WrittenSignals,
} from './signals.js'

/** A file of decisions as it was read: what it says, and by what it is known again. */
export interface SignalFile extends WrittenSignals {
  /** SHA-256 of its bytes. */
  readonly hash: string
}

/** What one symbol's run is asked for, but for what trades in it. */
export type SignalRunSettings = Omit<RunRequest, 'strategies' | 'signals'>

/** A symbol whose decisions a file has. */
export interface SignalLeg {
  readonly request: SignalRunSettings
  /** Those of the run itself: every decision is at the close of one of them. */
  readonly candles: Candles
  readonly risk: RiskSettings
  /** Share of the account; without it all legs weigh the same. */
  readonly weight?: number
  readonly priority?: number
}

/**
 * Reads a file of decisions. `file` is its path as it was given.
 * @throws AppError BAD_SIGNALS
 */
export function readSignalFile(file: string, bytes: Uint8Array): SignalFile {
  return { ...readSignals(file, new TextDecoder().decode(bytes)), hash: hashOf(bytes) }
}

/**
 * The run of a file's decisions on one symbol.
 * @throws AppError BAD_SIGNALS naming the line
 */
export function requestSignalRun(
  signals: SignalFile,
  leg: SignalLeg,
  timeLabel: TimeLabel = 'close',
): RunRequest {
  return signalRuns(signals, [leg], timeLabel)[0]!
}

/**
 * The portfolio of a file's decisions on several symbols, one leg each.
 * @throws AppError BAD_SIGNALS naming the line
 */
export function requestSignalPortfolio(
  signals: SignalFile,
  legs: readonly SignalLeg[],
  { timeLabel = 'close', allocation }: { timeLabel?: TimeLabel; allocation: Allocation },
): PortfolioRequest {
  return requestPortfolio(signalRuns(signals, legs, timeLabel), allocation)
}

/**
 * Refuses the bytes of a file that is not the one of a stored run.
 * @throws AppError SIGNALS_CHANGED naming both hashes
 */
export function checkSignalsUnchanged(stored: ManifestSignals, bytes: Uint8Array): void {
  const now = hashOf(bytes)
  if (now === stored.hash) return
  const message = `"${stored.file}" has changed: its SHA-256 was ${stored.hash}, it is ${now}`
  const hint = 'restore the file as it was, or run it anew with assay backtest --signals'
  throw new AppError('SIGNALS_CHANGED', message, { hint })
}

function signalRuns(
  signals: SignalFile,
  legs: readonly SignalLeg[],
  timeLabel: TimeLabel,
): readonly RunRequest[] {
  const markets = legs.map(({ request: { symbol }, candles }) => ({ symbol, candles }))
  const said = matchSignals(signals, markets, { timeLabel, check: checkIntentOfLine })
  const { file, hash } = signals
  return legs.map((leg, k): RunRequest => {
    const { decisions } = said[k]!
    const whole = { ...leg, weight: leg.weight ?? 1 / legs.length }
    const strategies = [requestedOf(signals, decisions, whole)]
    return { ...leg.request, strategies, signals: { file, hash, timeLabel } }
  })
}

function requestedOf(
  { file, hash }: SignalFile,
  decisions: readonly Decision[],
  { candles, risk, weight, priority = 0 }: SignalLeg & { readonly weight: number },
): RequestedStrategy {
  const strategy = signalStrategy(decisions, candles.timeframeMs)
  return { strategy, file, sourceHash: hash, template: null, params: {}, risk, weight, priority }
}

/** What a strategy may not answer a line may not say. */
const checkIntentOfLine: IntentCheck = intent => {
  const problem = intentProblem(intent)
  if (problem !== null) throw new AppError('BAD_SIGNALS', `it ${problem.what}`, problem)
}

function hashOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex')
}
