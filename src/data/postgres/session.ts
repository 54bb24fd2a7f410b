/** A row as both databases give it: text, whatever the type, so that no digit is lost. */
export type Row = Readonly<Record<string, string | null>>
export type Param = string | number | boolean | null | readonly string[]

/** What may be asked of a database, inside a transaction or outside. */
export interface Session {
  query(sql: string, params?: readonly Param[]): Promise<readonly Row[]>
  /** Runs several statements without parameters. */
  execute(script: string): Promise<void>
  /** `COPY ... FROM STDIN`; each chunk holds whole rows. The bytes are given away with the call. */
  copyIn(sql: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void>
  /** `COPY ... TO STDOUT`; chunks may cut rows. */
  copyOut(sql: string): AsyncIterable<Uint8Array>
}

export interface Database extends Session {
  readonly kind: 'embedded' | 'postgres'
  /** Runs `work` in a transaction; whatever it throws rolls everything back. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>
  close(): Promise<void>
}
