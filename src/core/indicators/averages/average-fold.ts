import type { Fold } from '../fold.js'

/** Mean of the last `period` values: add the new, subtract the old, divide. */
export class SmaFold implements Fold {
  private readonly ring: Float64Array
  private readonly period: number
  private count = 0
  private slot = 0
  private sum = 0

  constructor(period: number) {
    this.period = period
    this.ring = new Float64Array(period)
  }

  push(value: number): number {
    if (value !== value) return NaN
    this.sum += value
    if (this.count >= this.period) this.sum -= this.ring[this.slot]!
    else this.count++
    this.ring[this.slot] = value
    this.slot = this.slot + 1 === this.period ? 0 : this.slot + 1
    return this.count < this.period ? NaN : this.sum / this.period
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
  private readonly ring: Float64Array
  private readonly period: number
  private readonly weight: number
  private count = 0
  private slot = 0
  private sum = 0
  private weighted = 0

  constructor(period: number) {
    this.period = period
    this.weight = (period * (period + 1)) / 2
    this.ring = new Float64Array(period)
  }

  push(value: number): number {
    if (value !== value) return NaN
    if (this.count < this.period) {
      this.count++
      this.weighted += this.count * value
      this.sum += value
    } else {
      this.weighted += this.period * value - this.sum
      this.sum += value - this.ring[this.slot]!
    }
    this.ring[this.slot] = value
    this.slot = this.slot + 1 === this.period ? 0 : this.slot + 1
    return this.count < this.period ? NaN : this.weighted / this.weight
  }
}
