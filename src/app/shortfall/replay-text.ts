import { snakeKeys } from '../../core/canonical.js'
import { formatTime } from '../../core/candles/time.js'
import { formatFixed } from '../../core/number-format.js'
import { table } from '../../core/text-table.js'
import { nextLine } from '../output/next-line.js'
import type { DifferingDecision } from './decisions.js'
import type { ReplayedLive } from './replay-live.js'
import type { FillShortfall, Shortfall } from './shortfall.js'

const PARTS = ['signal', 'timing', 'price', 'cost', 'total'] as const

/** A session beside the engine, for people. */
export function replayText(replayed: ReplayedLive): string {
  const { record, decisions, fills, total, equity, unexplained, steered } = replayed
  const facts: [string, string][] = [
    ['session', `${record.sessionId}, ${record.mode}`],
    ['decisions', `${decisions.same} the same, ${decisions.differing.length} differ`],
    ['equity', `${money(equity.session)}; of the engine over its candles ${money(equity.engine)}`],
    ['shortfall', PARTS.map(name => `${name} ${money(total[name])}`).join(', ')],
    ...(isZero(unexplained)
      ? []
      : [
          ['unexplained', `${money(unexplained)}, as fees of swaps that failed`] as [
            string,
            string,
          ],
        ]),
    ...(steered === 0
      ? []
      : [
          ['note', `${steered} commands or changes of settings, which the engine is not told`] as [
            string,
            string,
          ],
        ]),
  ]
  const heads = ['decided', 'symbol', 'strategy', 'side', 'price', 'engine', ...PARTS, 'bps']
  return [
    ...facts.map(([name, value]) => `${name.padEnd(12)} ${value}`),
    ...decisions.differing.map(differingText),
    ...(fills.length === 0 ? [] : ['', table(heads, fills.map(rowOf))]),
    ...calibrationText(replayed),
    '',
    nextLine(`assay sessions show ${record.sessionId}`),
  ].join('\n')
}

/** The same for programs. */
export function replayJson(replayed: ReplayedLive): unknown {
  const { record, decisions, fills, calibration, ...rest } = replayed
  const isOf = (kind: DifferingDecision['kind']): number =>
    decisions.differing.filter(one => one.kind === kind).length
  return {
    session_id: record.sessionId,
    mode: record.mode,
    ...(snakeKeys(rest) as object),
    decisions: {
      same: decisions.same,
      missing: isOf('missing'),
      extra: isOf('extra'),
      changed: isOf('changed'),
      late: isOf('late'),
      differing: decisions.differing.map(({ time, ...one }) => ({
        time: formatTime(time),
        ...one,
      })),
    },
    fills: fills.map(({ decidedAt, session, engine, ...one }) => ({
      decided_at: formatTime(decidedAt),
      ...(snakeKeys(one) as object),
      session: session && fillJson(session),
      engine: engine && fillJson(engine),
    })),
    calibration: calibration && {
      name: calibration.name,
      preset: calibration.preset,
      tx_cost: calibration.txCost,
      file: calibration.file,
    },
  }
}

function fillJson({
  size,
  decision,
  reference,
  price,
  cost,
}: NonNullable<FillShortfall['session']>) {
  return { size, decision, reference, price, cost }
}

function differingText({
  kind,
  time,
  symbol,
  strategy,
  session,
  engine,
}: DifferingDecision): string {
  const said = (one: DifferingDecision['session']): string =>
    one === null ? 'nothing' : `${one.exposure} (${one.outcome})`
  return `${kind.padEnd(12)} ${formatTime(time)} ${strategy} on ${symbol}: the session ${said(session)}, the engine ${said(engine)}`
}

function rowOf({
  decidedAt,
  symbol,
  strategy,
  side,
  session,
  engine,
  shortfall,
  bps,
}: ReplayedLive['fills'][number]): string[] {
  return [
    formatTime(decidedAt).slice(0, 16).replace('T', ' '),
    symbol,
    strategy,
    side,
    session === null ? '-' : formatFixed(session.price, 4),
    engine === null ? '-' : formatFixed(engine.price, 4),
    ...PARTS.map((name: keyof Shortfall) => money(shortfall[name])),
    formatFixed(bps, 1),
  ]
}

function calibrationText({ calibration }: ReplayedLive): string[] {
  if (calibration === null) return []
  const { name, preset, txCost, file } = calibration
  return [
    '',
    `${name}: half-spread ${formatFixed(preset.a, 2)} bps, impact ${preset.b.toPrecision(3)} * Q^${formatFixed(preset.g, 2)}, from ${preset.rounds} fills, off by ${formatFixed(preset.rmse, 1)} bps; in ${file}`,
    `use it with --impact ${name} --tx-cost ${txCost.toPrecision(3)}`,
  ]
}

function isZero(value: number): boolean {
  return Math.abs(value) < 0.005
}

function money(value: number): string {
  return formatFixed(isZero(value) ? 0 : value, 2)
}
