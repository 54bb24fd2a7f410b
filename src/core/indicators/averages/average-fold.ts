import type { Fold } from '../fold.js'
import { WeightedSum } from '../sums/weighted-sum.js'
import { WindowSum } from '../sums/window-sum.js'

/** Mean of the last `period` values: their sum, rounded once, divided once. */
export class SmaFold implements Fold {
  private readonly window: WindowSum
  private readonly period: number

  constructor(period: number) {
    this.period = period
    this.window = new WindowSum(period)
  }

  push(value: number): number {
    if (value !== value || !this.window.push(value)) return NaN
    return this.window.sum / this.period
  }
}

/** How a recursive average begins: with the mean of its first values, or with the first value. */
export type Seed = 'sma' | 'first'

/** `value += alpha * (x - value)`, from the mean of the first `period` values or the first value. */
export class EmaFold implements Fold {
  private readonly alpha: number
  private readonly seedLength: number
  private count = 0
  private value = 0

  constructor(period: number, seed: Seed = 'sma', alpha = 2 / (period + 1)) {
    this.alpha = alpha
    this.seedLength = seed === 'sma' ? period : 1
  }

  push(value: number): number {
    if (value !== value) return NaN
    if (this.count >= this.seedLength) {
      this.value += this.alpha * (value - this.value)
      return this.value
    }
    this.value += value
    if (++this.count < this.seedLength) return NaN
    this.value /= this.seedLength
    return this.value
  }
}

/** Wilder's average, `(value * (n - 1) + x) / n`, from the mean of the first `n` values. */
export class RmaFold implements Fold {
  private readonly period: number
  private count = 0
  private value = 0

  constructor(period: number) {
    this.period = period
  }

  push(value: number): number {
    if (value !== value) return NaN
    if (this.count >= this.period) {
      this.value = (this.value * (this.period - 1) + value) / this.period
      return this.value
    }
    this.value += value
    if (++this.count < this.period) return NaN
    this.value /= this.period
    return this.value
  }
}

/** Linearly weighted mean: the newest value weighs `n`, the oldest 1. */
export class WmaFold implements Fold {
  private readonly window: WeightedSum
  private readonly weight: number

  constructor(period: number) {
    this.weight = (period * (period + 1)) / 2
    this.window = new WeightedSum(period)
  }

  push(value: number): number {
    if (value !== value || !this.window.push(value)) return NaN
    return this.window.sum / this.weight
  }
}
