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

export interface ShareLimits {
  /** How long a client may leave a transaction open and say nothing. */
  readonly idleMs?: number
  /** How long a transaction may go on when sharing ends. */
  readonly graceMs?: number
}

export interface Database extends Session {
  /** The embedded one is `shared` where another process holds it and lets this one work with it. */
  readonly kind: 'embedded' | 'shared' | 'postgres'
  /** Runs `work` in a transaction; whatever it throws rolls everything back. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>
  /**
   * Lets other processes of this home work with the embedded database for as long as it is open. A
   * program that is left running calls it once, when it has opened the database:
   * `await (await workspace.database()).share()`. Where another process holds the database, this one
   * shares it as soon as it has taken its place. A server is shared anyway.
   */
  share(limits?: ShareLimits): Promise<void>
  /**
   * The same database, each statement given up after so long: a server that stands still is away. What
   * was asked may be done all the same, later. An embedded one answers or ends, and is given back as it is.
   */
  within(answerMs: number): Database
  close(): Promise<void>
}
