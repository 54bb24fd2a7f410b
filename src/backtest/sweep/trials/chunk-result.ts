import type { Chunk, ChunkResult } from './chunk.js'
import { joinMisses } from './trial-misses.js'
import { METRIC_NAMES } from '../expressions/objective.js'
import type { TrialResult } from './trial.js'

/** The result of a single set whose worker died with it every time; who asked for it knows its run id. */
export function lostResult({ id }: Chunk, cause: string): ChunkResult {
  return {
    id,
    metrics: new Float64Array(METRIC_NAMES.length).fill(NaN),
    runIds: [''],
    resultHashes: [null],
    messages: [`the worker that ran it died: ${cause}`],
  }
}

/** The results of the sets of a chunk, one after the other. */
export function joinResults(id: number, parts: readonly ChunkResult[]): ChunkResult {
  const width = METRIC_NAMES.length
  const metrics = new Float64Array(parts.length * width)
  parts.forEach((part, k) => metrics.set(part.metrics, k * width))
  const daily = joinDaily(parts)
  return {
    id,
    metrics,
    runIds: parts.flatMap(part => part.runIds),
    resultHashes: parts.flatMap(part => part.resultHashes),
    messages: parts.flatMap(part => part.messages),
    ...missesOf(parts.map(part => part.misses).reduce(joinMisses, undefined)),
    ...(daily && { daily }),
  }
}

function missesOf(misses: ChunkResult['misses']): Pick<ChunkResult, 'misses'> {
  return misses === undefined ? {} : { misses }
}

/** A part whose set was lost has none, and is as failed as one that threw. */
function joinDaily(parts: readonly ChunkResult[]): Float64Array | null {
  const days = parts.find(part => part.daily !== undefined)?.daily?.length ?? 0
  if (days === 0) return null
  const daily = new Float64Array(parts.length * days).fill(NaN)
  parts.forEach((part, k) => part.daily && daily.set(part.daily, k * days))
  return daily
}

/**
 * The result of a chunk of which some sets were stored by an earlier part of the sweep, and the
 * others, in their order, evaluated now. Nobody who asks for daily returns goes on with a sweep.
 */
export function withStored(
  id: number,
  stored: readonly (TrialResult | undefined)[],
  fresh: ChunkResult | null,
): ChunkResult {
  const width = METRIC_NAMES.length
  const metrics = new Float64Array(stored.length * width).fill(NaN)
  const [runIds, resultHashes, messages]: [string[], (string | null)[], (string | null)[]] = [
    [],
    [],
    [],
  ]
  let at = 0
  for (const [k, known] of stored.entries()) {
    if (known === undefined) {
      metrics.set(fresh!.metrics.subarray(at * width, (at + 1) * width), k * width)
      runIds.push(fresh!.runIds[at]!)
      resultHashes.push(fresh!.resultHashes[at]!)
      messages.push(fresh!.messages[at++]!)
      continue
    }
    METRIC_NAMES.forEach((name, m) => (metrics[k * width + m] = known.metrics?.[name] ?? NaN))
    runIds.push(known.runId)
    resultHashes.push(known.resultHash)
    messages.push(known.metrics === null ? (known.message ?? '') : null)
  }
  return { id, metrics, runIds, resultHashes, messages, ...missesOf(fresh?.misses) }
}
