/** What the API answers, as far as the dashboard reads it. `/openapi.json` has all of it. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

export interface Me {
  readonly key_id: string
  readonly name: string
  readonly scope: Scope
  readonly time: string
  readonly version: string
}

export type Scope = 'read' | 'research' | 'trade' | 'admin'

export interface Session {
  readonly session_id: string
  readonly mode: 'paper' | 'live'
  readonly state: string
  readonly trading: 'active' | 'reducing' | 'halted'
  readonly symbols: readonly string[]
  readonly timeframe: string
  readonly strategies: readonly string[]
  readonly feed: string
  readonly created_at: string
  readonly candle_closed_at: string | null
  readonly equity: number | null
  readonly feed_age_ms: number | null
  readonly feed_stale: boolean
  readonly open_positions: number
  readonly open_orders: number
  readonly unknown_orders: number
  readonly reason: string | null
}

export interface Position {
  readonly session_id: string
  readonly symbol: string
  readonly strategy: string
  readonly quantity: number
  readonly entry_price: number
  readonly price: number
  readonly unrealised: number
  readonly stop: number | null
  readonly target: number | null
  readonly opened_at: string
}

export interface Order {
  readonly session_id: string
  readonly id: string
  readonly symbol: string
  readonly strategy: string
  readonly side: 'buy' | 'sell'
  readonly kind: string
  readonly state: string
  readonly price: number | null
  readonly size: number
}

export interface Trade {
  readonly session_id: string
  readonly number: number
  readonly strategy: string
  readonly symbol?: string
  readonly side: string
  readonly entry_time: number
  readonly exit_time: number
  readonly entry_price: number
  readonly exit_price: number
  readonly size: number
  readonly pnl: number
  readonly return: number
  readonly exit_reason?: string
}

export interface Performance {
  readonly session_id: string
  readonly equity: number | null
  readonly total_return: number | null
  readonly drawdown: number | null
  readonly max_drawdown: number | null
  readonly return_today: number | null
  readonly trades: number
  readonly trades_won: number
  readonly net_pnl: number
  readonly fees: number
  readonly exposure: number | null
}

export interface StoredEvent {
  readonly seq: number
  readonly session_id: string
  readonly session_seq: number
  readonly time: string
  readonly type: string
  readonly text: string | null
  readonly payload: Readonly<Record<string, unknown>>
}

export interface DataSet {
  readonly symbol: string
  readonly timeframe: string
  readonly source: string
  readonly count: number
  readonly first: string
  readonly last: string
}

export interface ParamSpec {
  readonly kind: 'integer' | 'number' | 'boolean' | 'choice'
  readonly default: number | string | boolean
  readonly min?: number
  readonly max?: number
  readonly step?: number
  readonly options?: readonly string[]
  readonly description?: string
}

export interface Strategy {
  readonly name: string
  readonly description: string
  readonly params: Readonly<Record<string, ParamSpec>>
  readonly templates: Readonly<Record<string, Readonly<Record<string, number | string | boolean>>>>
}

export interface RunSummary {
  readonly run_id: string
  readonly created_at: string
  readonly strategy: string
  readonly symbol: string
  readonly timeframe: string
  readonly metrics: Readonly<Record<string, unknown>>
  readonly warnings: readonly string[]
}

export interface Sweep {
  readonly sweep_id: string
  readonly created_at: string
  readonly status: string
  readonly strategy: string
  readonly symbol: string
  readonly timeframe: string
  readonly objective: string
  readonly trials_total: number
  readonly trials_failed: number
}

export interface Trial {
  readonly number: number
  readonly params: Readonly<Record<string, number | string | boolean>>
  readonly template: string | null
  readonly score: number | null
  readonly metrics: Readonly<Record<string, number | null>> | null
}

export interface Job {
  readonly id: string
  readonly kind: 'run' | 'sweep' | 'walk-forward' | 'validation' | 'promotion'
  readonly state: string
  readonly request: Readonly<Record<string, unknown>>
  readonly created_at: string
  readonly progress: {
    readonly done: number
    readonly total: number | null
    readonly unit: string
  } | null
  readonly result: Readonly<Record<string, unknown>> | null
  readonly problem: {
    readonly code: string
    readonly message: string
    readonly hint: string
  } | null
}

export interface Gate {
  readonly name: string
  readonly figure: string
  readonly limit: string
  readonly passed: boolean | null
  readonly reason: string
  readonly overridable: boolean
}

export interface Promotion {
  readonly promotion_id: string
  readonly run_id: string
  readonly to: 'paper' | 'live'
  readonly symbol: string
  readonly created_at: string
  readonly override_reason: string | null
  readonly revoked_at: string | null
  readonly revoked_reason: string | null
  readonly gates: readonly Gate[]
}

/** How positions are sized and protected, by name. */
type Exits = Readonly<Record<string, unknown>>

export interface Settings {
  readonly symbol: string
  readonly version: string
  readonly strategy: {
    readonly active_strategy: readonly string[]
    readonly parameters: Readonly<
      Record<
        string,
        {
          readonly template?: string | null
          readonly custom_params?: Readonly<Record<string, number | string | boolean>>
        }
      >
    >
    readonly promotion_id: string | null
    readonly updated_at: string
    readonly updated_by: string
  }
  readonly risk: Exits & {
    /** By strategy: what of it is its own. */
    readonly strategies: Readonly<Record<string, Exits>>
    readonly updated_at: string
    readonly updated_by: string
  }
}

export interface Alert {
  readonly id: string
  readonly kind: string
  readonly urgency: 'alarm' | 'warning'
  readonly session_id: string
  readonly mode: 'paper' | 'live'
  readonly text: string
  readonly todo: string
  readonly since: string | null
  readonly count: number
  readonly open: boolean
  readonly acknowledged: {
    readonly actor: string
    readonly at: string
    readonly note: string
  } | null
}

export interface Notifier {
  readonly session_id: string
  readonly channel: string
  readonly type: string
  readonly kinds: readonly string[]
  readonly state: 'works' | 'fails' | 'unused'
  readonly sent: number
  readonly failed: number
  readonly waiting: number
  readonly sent_at: string | null
  readonly failed_at: string | null
  readonly problem: string | null
}

export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly scope: Scope
  readonly state: string
  readonly created_at: string
  readonly expires_at: string | null
  readonly used_at: string | null
}

export interface AuditEntry {
  readonly seq: number
  readonly time: string
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
}

export interface Command {
  readonly id: number
  readonly session_id: string
  readonly command: Readonly<Record<string, unknown>>
  readonly actor: string
  readonly asked_at: string
  readonly taken_at: string | null
  readonly outcome: string | null
}

export interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly hint?: string
}
