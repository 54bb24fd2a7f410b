/** What the benchmark calls; the package ships no types. */
declare module 'autocannon' {
  export interface Load {
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly connections: number
    /** Seconds. */
    readonly duration: number
    /** Requests a second in all; as many as there can be where it is left out. */
    readonly overallRate?: number
  }

  export interface Measured {
    readonly requests: { readonly average: number }
    /** Milliseconds. */
    readonly latency: { readonly p50: number; readonly p99: number }
    readonly non2xx: number
    readonly errors: number
  }

  export default function autocannon(load: Load): Promise<Measured>
}
