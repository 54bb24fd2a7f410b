import { halvesWithFirst, sharpesOver, type Scratch, type SplitBlocks } from './split-blocks.js'

/** What came of each way to cut the blocks into an in-sample and an out-of-sample half. */
export interface SplitOutcomes {
  /** How many ways. */
  readonly count: number
  /** `ln(w / (1 - w))`, w the rank out of sample of the best in sample by the trials + 1. */
  readonly logits: Float64Array
  /** Sharpe ratios of the trial that was best in sample, there, per period. */
  readonly bestInSample: Float64Array
  /** Sharpe ratios of the same out of sample, per period. */
  readonly bestOutOfSample: Float64Array
  /** Mean Sharpe ratio per period of all trials out of sample. */
  readonly meanOutOfSample: Float64Array
}

/** All combinations, each once as it is and once with its halves exchanged. */
export function splitOutcomes(split: SplitBlocks): SplitOutcomes {
  const count = combinations(split.blocks)
  const outcomes: SplitOutcomes = {
    count,
    logits: new Float64Array(count),
    bestInSample: new Float64Array(count),
    bestOutOfSample: new Float64Array(count),
    meanOutOfSample: new Float64Array(count),
  }
  const room = (): Float64Array => new Float64Array(split.trials)
  const [one, other] = [room(), room()]
  const scratch: Scratch = { sums: room(), squares: room() }
  let place = 0
  for (const half of halvesWithFirst(split.blocks)) {
    sharpesOver(split, half, one, scratch)
    sharpesOver(split, complement(half, split.blocks), other, scratch)
    judge(one, other, outcomes, place++)
    judge(other, one, outcomes, place++)
  }
  return outcomes
}

/** Choices of half of the blocks. */
export function combinations(blocks: number): number {
  let count = 1
  for (let k = 1; k <= blocks / 2; k++) count = (count * (blocks / 2 + k)) / k
  return Math.round(count)
}

function complement(half: readonly number[], blocks: number): readonly number[] {
  const rest: number[] = []
  for (let b = 0, next = 0; b < blocks; b++) {
    if (half[next] === b) next++
    else rest.push(b)
  }
  return rest
}

function judge(
  inSample: Float64Array,
  outOfSample: Float64Array,
  outcomes: SplitOutcomes,
  place: number,
): void {
  let best = 0
  for (let k = 1; k < inSample.length; k++) if (inSample[k]! > inSample[best]!) best = k
  const sharpe = outOfSample[best]!
  let [below, equal, sum] = [0, 0, 0]
  for (let k = 0; k < outOfSample.length; k++) {
    const value = outOfSample[k]!
    sum += value
    if (value < sharpe) below += 1
    else if (value === sharpe) equal += 1
  }
  const share = (below + (equal + 1) / 2) / (outOfSample.length + 1)
  outcomes.logits[place] = Math.log(share / (1 - share))
  outcomes.bestInSample[place] = inSample[best]!
  outcomes.bestOutOfSample[place] = sharpe
  outcomes.meanOutOfSample[place] = sum / outOfSample.length
}
