import { listAlerts, type MarkedAlert } from '../../app/alerts/alerts.js'
import { URGENCIES } from '../../app/alerts/alert.js'
import { standingOf } from '../../app/live/session/session-lookup.js'
import { keyState } from '../../app/keys/keys.js'
import type { Workspace } from '../../app/workspace/compose.js'
import { SCOPES } from '../../core/ports/server/keys.js'
import type { SessionRecord } from '../../core/ports/trading/sessions.js'
import type { JobDesk } from '../../app/jobs/job-desk.js'
import type { SentEvent } from '../stream/event-hub.js'
import type { EventStreams } from '../stream/event-streams.js'
import type { MetricName } from './metric-catalogue.js'
import type { ServerMetrics } from './server-metrics.js'

/** Gauges are brought up to now so often, so that a scrape asks no database. */
export const REFRESH_MS = 2_000
const SESSIONS_MAX = 1_000
/** An event of a feed that was replayed tells nothing of how quick the server is. */
const LAG_SECONDS_MAX = 600

const OF_SESSION: readonly MetricName[] = [
  'assay_session_state',
  'assay_equity_quote',
  'assay_drawdown_ratio',
  'assay_positions_open',
  'assay_positions_without_stop',
  'assay_orders_open',
  'assay_orders_unknown',
  'assay_feed_last_timestamp_seconds',
  'assay_feed_stale',
  'assay_session_beat_timestamp_seconds',
]
const STATES: Readonly<Record<string, number>> = { active: 0, reducing: 1, halted: 2 }

/** What the figures are taken from. */
export interface MetricSources {
  readonly workspace: Workspace
  readonly jobs: JobDesk
  readonly streams: EventStreams
}

/** Keeps the gauges of sessions, jobs and keys up to now. */
export class SessionMetrics {
  private readonly metrics: ServerMetrics
  private readonly sources: MetricSources
  private readonly peaks = new Map<string, number>()
  private dropped = 0

  constructor(metrics: ServerMetrics, sources: MetricSources) {
    this.metrics = metrics
    this.sources = sources
  }

  /** Reads how things stand. What cannot be read keeps its last value, and the database counts as away. */
  async refresh(): Promise<void> {
    const { metrics } = this
    const { workspace, jobs, streams } = this.sources
    const { queued, running } = jobs.load
    metrics.set('assay_jobs', queued, { state: 'queued' })
    metrics.set('assay_jobs', running, { state: 'running' })
    metrics.set('assay_stream_clients', streams.count)
    metrics.count('assay_stream_dropped_total', {}, streams.dropped - this.dropped)
    this.dropped = streams.dropped
    try {
      const sessions = await (await workspace.sessions()).list(SESSIONS_MAX, 'running')
      const keys = await (await workspace.keys()).list()
      this.showSessions(sessions)
      this.showAlerts(await listAlerts(workspace))
      const now = workspace.clock.now()
      const valid = keys.filter(key => keyState(key, now) === 'valid')
      for (const scope of SCOPES) {
        const count = valid.filter(key => key.scope === scope).length
        metrics.set('assay_keys_active', count, { scope })
      }
      metrics.set('assay_database_up', 1)
    } catch {
      metrics.set('assay_database_up', 0)
    }
  }

  private showSessions(sessions: readonly SessionRecord[]): void {
    for (const name of OF_SESSION) this.metrics.clear(name)
    for (const session of sessions) this.showSession(session)
    const alive = new Set(sessions.map(({ sessionId }) => sessionId))
    for (const id of this.peaks.keys()) if (!alive.has(id)) this.peaks.delete(id)
  }

  private showSession(session: SessionRecord): void {
    const { metrics } = this
    const { sessionId, mode, status, beatAt } = session
    const labels = { session: sessionId, mode }
    const isGone = standingOf(session, this.sources.workspace.clock.now()) === 'gone'
    metrics.set('assay_session_state', isGone ? 3 : STATES[status?.trading ?? 'active']!, labels)
    metrics.set('assay_session_beat_timestamp_seconds', beatAt / 1000, labels)
    if (status === null) return
    const { equity, positions, orders, fedAt, isStale } = status
    const peak = Math.max(this.peaks.get(sessionId) ?? 0, equity)
    this.peaks.set(sessionId, peak)
    metrics.set('assay_equity_quote', equity, labels)
    metrics.set('assay_drawdown_ratio', peak > 0 ? 1 - equity / peak : 0, labels)
    metrics.set('assay_positions_open', positions.length, labels)
    const bare = positions.filter(({ stop }) => stop === null).length
    metrics.set('assay_positions_without_stop', bare, labels)
    metrics.set('assay_orders_open', orders.length, labels)
    const unknown = orders.filter(({ state }) => state === 'unknown').length
    metrics.set('assay_orders_unknown', unknown, labels)
    if (fedAt !== null) metrics.set('assay_feed_last_timestamp_seconds', fedAt / 1000, labels)
    metrics.set('assay_feed_stale', isStale ? 1 : 0, labels)
  }

  /** None is told as 0, so that a rule sees that it is over. */
  private showAlerts(alerts: readonly MarkedAlert[]): void {
    const unseen = alerts.filter(({ mark }) => mark === null)
    for (const urgency of URGENCIES) {
      for (const mode of ['paper', 'live'] as const) {
        const count = unseen.filter(one => one.urgency === urgency && one.mode === mode).length
        this.metrics.set('assay_alerts_unseen', count, { urgency, mode })
      }
    }
  }

  /** Counts events as they come. */
  note(events: readonly SentEvent[]): void {
    const { metrics } = this
    const now = this.sources.workspace.clock.now()
    for (const { event } of events) {
      const said = event.payload as Readonly<Record<string, string | number>>
      const symbol = String(said['symbol'] ?? '')
      metrics.count('assay_events_total', { type: event.type })
      metrics.set('assay_event_sequence', event.number)
      const lag = (now - event.time) / 1000
      if (lag >= 0 && lag < LAG_SECONDS_MAX) metrics.observe('assay_event_lag_seconds', lag)
      if (event.type === 'order.placed') {
        metrics.count('assay_orders_total', { symbol, side: String(said['side']) })
      } else if (event.type === 'trade.executed') this.noteFill(symbol, said)
      else if (event.type === 'signal' && said['outcome'] !== 'ordered') {
        metrics.count('assay_signals_refused_total', { symbol })
      } else if (event.type === 'risk.breached') {
        metrics.count('assay_risk_breaches_total', { limit: String(said['limit']) })
      }
    }
  }

  private noteFill(symbol: string, said: Readonly<Record<string, string | number>>): void {
    const isBuy = (said['action'] === 'entry') === (said['side'] === 'long')
    this.metrics.count('assay_fills_total', { symbol, side: isBuy ? 'buy' : 'sell' })
    const bps = (Number(said['slippage']) / (Number(said['size']) * Number(said['price']))) * 1e4
    this.metrics.observe('assay_slippage_bps', bps, { symbol })
  }
}
