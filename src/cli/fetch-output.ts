import { counted } from '../core/number-format.js'
import { TERMINAL_WIDTH, wrap } from '../core/text-layout.js'
import { symbolOf } from '../core/candles/symbols.js'
import { formatTime } from '../core/candles/time.js'
import { durationText } from '../app/output/progress.js'
import type { FetchOutcome, FetchReport } from '../app/sources/fetch-candles.js'
import type { PlannedFetch } from '../app/sources/fetch-plan.js'

/** Outcomes of fetches as JSON. */
export function outcomesJson(outcomes: readonly FetchOutcome[]): unknown {
  return outcomes.map(({ planned, report }) => ({
    ...planJson(planned),
    ...(report !== null && reportJson(report)),
  }))
}

function planJson({ key, market, reach, plan, remarks }: PlannedFetch): Record<string, unknown> {
  const span = (part: { since: number; until: number }) => ({
    since: formatTime(part.since),
    until: formatTime(part.until),
  })
  return {
    ...key,
    market,
    address: reach.address,
    remarks,
    plan: {
      windows: plan.windows.length,
      files: plan.windows.filter(({ path }) => path === 'archive').length,
      requests: plan.requests,
      candles: plan.candles,
      seconds: plan.seconds,
      asked: plan.windows.length === 0 ? null : span(wholeOf(plan)),
      known: plan.known.map(span),
      unavailable: plan.unavailable.map(part => ({ ...span(part), reason: part.reason })),
    },
  }
}

function wholeOf({ windows }: PlannedFetch['plan']): { since: number; until: number } {
  return { since: windows[0]!.since, until: windows[windows.length - 1]!.until }
}

function reportJson(report: FetchReport): Record<string, unknown> {
  const { counts, windows, failures, conflicts, dataSet, skewMs } = report
  return {
    ...counts,
    windows,
    failures: failures.map(({ since, until, reason }) => ({
      since: formatTime(since),
      until: formatTime(until),
      reason,
    })),
    conflicting: conflicts.map(({ time, before, after }) => ({
      time: formatTime(time),
      before,
      after,
    })),
    stopped: report.stopped?.message ?? null,
    clock_behind_ms: skewMs,
    candles: dataSet?.count ?? 0,
    first: dataSet ? formatTime(dataSet.first) : null,
    last: dataSet ? formatTime(dataSet.last) : null,
    data_hash: dataSet?.dataHash ?? null,
  }
}

/** Outcomes of fetches, for people. */
export function outcomesText(outcomes: readonly FetchOutcome[]): string {
  return outcomes
    .map(({ planned, report }) =>
      report === null ? planText(planned) : reportText(planned, report),
    )
    .flatMap(text => text.split('\n').flatMap(narrow))
    .join('\n')
}

/** A line in as many as a terminal needs, which keep its indent. */
function narrow(line: string): string[] {
  const indent = /^ */.exec(line)![0]
  const text = line.slice(indent.length)
  return wrap(text, TERMINAL_WIDTH - indent.length, '  ').map(part => indent + part)
}

function nameOf({ key }: PlannedFetch): string {
  return `${symbolOf(key)} ${key.timeframe}`
}

function planText(planned: PlannedFetch): string {
  const { plan, source, market, reach, remarks } = planned
  const lines = [`${nameOf(planned)}: ${market} at ${new URL(reach.address).host}`]
  for (const remark of remarks) lines.push(`  note: ${remark}`)
  for (const { since, until, reason } of plan.unavailable) {
    lines.push(`  not available: ${spanText(since, until)} (${reason})`)
  }
  if (plan.windows.length === 0)
    return [...lines, '  nothing to ask: all of it is known'].join('\n')
  const { since, until } = wholeOf(plan)
  const files = plan.windows.filter(({ path }) => path === 'archive').length
  const kinds = [
    ...(files > 0 ? [`${counted(files, 'file')} with checksum`] : []),
    ...(files < plan.windows.length
      ? [`${counted(plan.windows.length - files, 'page')} of up to ${source.page} candles`]
      : []),
  ]
  return [
    ...lines,
    `  ${spanText(since, until)}: up to ${plan.candles} candles`,
    `  ${kinds.join(', ')}; at least ${durationText(plan.seconds)} at the limit`,
  ].join('\n')
}

function spanText(since: number, until: number): string {
  return `${formatTime(since)} to ${formatTime(until)}`
}

function reportText(planned: PlannedFetch, report: FetchReport): string {
  const { counts, windows, dataSet, skewMs } = report
  const lines: string[] = []
  for (const remark of planned.remarks) lines.push(`note: ${remark}`)
  if (skewMs !== null) {
    const [side, seconds] = [skewMs > 0 ? 'behind' : 'ahead of', Math.abs(skewMs) / 1000]
    lines.push(
      `note: this machine's clock is ${seconds.toFixed(0)} s ${side} ${planned.source.title}'s`,
    )
  }
  const told = [
    `${counts.fresh} new`,
    ...(counts.unchanged > 0 ? [`${counts.unchanged} unchanged`] : []),
    ...(counts.revised > 0 ? [`${counts.revised} revised`] : []),
    ...(counts.conflicts > 0 ? [`${counts.conflicts} differ and were kept`] : []),
  ]
  const now =
    dataSet === undefined
      ? ''
      : `; now ${dataSet.count} candles from ${formatTime(dataSet.first)} to ${formatTime(dataSet.last)}`
  lines.push(`${nameOf(planned)}: ${told.join(', ')}${now}`)
  const odd = (['empty', 'failed', 'unavailable'] as const)
    .filter(name => windows[name] > 0)
    .map(name => `${windows[name]} ${name}`)
  if (odd.length > 0) lines.push(`  of the windows asked: ${odd.join(', ')}`)
  for (const { since, until, reason } of planned.plan.unavailable) {
    lines.push(`  not available: ${spanText(since, until)} (${reason})`)
  }
  if (dataSet !== undefined) lines.push(`data hash ${dataSet.dataHash}`)
  return lines.join('\n')
}
