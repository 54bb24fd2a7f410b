import type { PromotionTarget } from '../ports/trading/promotions.js'

/** One condition of a promotion, with what was found. */
export interface Gate {
  /** In snake_case: `same_result`. */
  readonly name: string
  /** What was found; null where there is nothing to find. */
  readonly value: number | string | null
  /** The same for people. */
  readonly figure: string
  /** What it has to be. */
  readonly limit: string
  /** Null where it was not checked, which lets nothing through. */
  readonly passed: boolean | null
  /** What it means, in plain words. */
  readonly reason: string
  /** Whether a written reason may stand for it. */
  readonly isOverridable: boolean
}

/** An answer of a validation, as far as gates ask. */
export interface EvidenceCheck {
  /** In snake_case. */
  readonly name: string
  /** Null where there is none. */
  readonly value: number | null
  /** The value and what it has to reach, in their units, for people. */
  readonly figure: string
  /** What it has to reach, for people. */
  readonly limit: string
  /** Null where there is no value. */
  readonly passed: boolean | null
  /** The answer alone condemns the run. */
  readonly isFatal: boolean
  /** What it means, with its numbers. */
  readonly note: string
}

/** How much a run was tried on paper, on live candles. */
export interface PaperEvidence {
  /** From the first close to the last, all sessions of it together. */
  readonly days: number
  /** Trades that closed. */
  readonly trades: number
  /** Sessions whose decisions are not those of the engine over the same candles. */
  readonly different: readonly string[]
  /** Sessions of the same strategies, settings and costs. */
  readonly sessions: number
}

/** What is known of a market's tokens. */
export interface MarketEvidence {
  /** What is missing or wrong in the symbol map, in words; null where nothing is. */
  readonly unmapped: string | null
  /** What speaks against the tokens; null where it was not looked. */
  readonly dangers: readonly string[] | null
  /** Why it was not looked. */
  readonly uncheckedWhy: string
}

/** What a promotion rests on. */
export interface PromotionEvidence {
  /** What it is to be let do. */
  readonly target: PromotionTarget
  /** Answers of the validation. */
  readonly checks: readonly EvidenceCheck[]
  /** What the validation made of them. */
  readonly verdict: 'pass' | 'weak' | 'fail'
  /** Version of the rules that the run was made by, and that of now. */
  readonly executionModel: { readonly run: number; readonly now: number }
  /** Whether a generator made the candles. */
  readonly isSyntheticData: boolean
  /** Whether each strategy has a stop loss, a trailing stop or a time stop in its settings. */
  readonly stops: readonly { readonly strategy: string; readonly stop: string | null }[]
  /** Whether the account has a limit of loss. */
  readonly lossLimit: string | null
  /** Whether the market may be sold short in the run, and how many trades did. */
  readonly shorts: { readonly isAllowed: boolean; readonly trades: number }
  /** The market of the run, and the one it is to trade. */
  readonly symbol: { readonly run: string; readonly asked: string }
  /** What is to trade other than in the run, each with both values. */
  readonly changes: readonly string[]
  /** What is known of the tokens. */
  readonly market: MarketEvidence
  /** How it did on paper; null where that is not asked. */
  readonly paper: PaperEvidence | null
  /** Days or trades on paper that are enough. */
  readonly enough: { readonly days: number; readonly trades: number }
}
