/**
 * The part of danfojs-node that the notebooks use. Its own types need the package installed, and
 * the repository is checked without it.
 */
declare module 'danfojs-node' {
  export class Series {
    readonly values: readonly unknown[]
    mean(): number
    std(): number
    gt(value: number): Series
    lt(value: number): Series
  }

  export class DataFrame {
    constructor(columns: Readonly<Record<string, readonly unknown[]>>)
    readonly shape: [number, number]
    readonly columns: string[]
    readonly values: readonly (readonly unknown[])[]
    readonly index: readonly (string | number)[]
    column(name: string): Series
    head(rows?: number): DataFrame
    tail(rows?: number): DataFrame
    loc(choice: { columns?: readonly string[]; rows?: readonly (string | number)[] }): DataFrame
    query(condition: Series): DataFrame
    sortValues(column: string, options?: { ascending?: boolean }): DataFrame
  }

  const danfo: { DataFrame: typeof DataFrame }
  export default danfo
}
