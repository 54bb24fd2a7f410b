import type { Millis } from '../../candles/time.js'

/** That somebody has seen an alert. */
export interface AlertMark {
  /** What the alert is of: sixteen hexadecimal digits, the same each time that it comes again. */
  readonly subject: string
  /** Which of its times was seen: this one and those before. */
  readonly number: number
  /** Who has seen it. */
  readonly actor: string
  /** When, UTC milliseconds. */
  readonly markedAt: Millis
  /** What he says of it; empty for nothing. */
  readonly note: string
}

/** Alerts that somebody has seen. */
export interface AlertMarks {
  /** Notes that one was seen; one of an earlier time is written over. */
  mark(mark: AlertMark): Promise<void>
  /** Those of some subjects, by their subject. */
  of(subjects: readonly string[]): Promise<ReadonlyMap<string, AlertMark>>
}
