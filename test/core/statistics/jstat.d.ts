declare module 'jstat' {
  interface Distribution {
    cdf(x: number, ...parameters: number[]): number
    inv(p: number, ...parameters: number[]): number
  }

  const jstat: {
    readonly normal: Distribution
    readonly studentt: Distribution
    mean(values: readonly number[]): number
    stdev(values: readonly number[], isSample: boolean): number
    skewness(values: readonly number[]): number
    /** Excess kurtosis. */
    kurtosis(values: readonly number[]): number
    corrcoeff(a: readonly number[], b: readonly number[]): number
  }
  export default jstat
}
