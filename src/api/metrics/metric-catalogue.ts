/** Seconds of answers: a read of the cache takes half a millisecond, a page of a long list a second. */
const ANSWER_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15]
/** Seconds from a close to its decision being stored. */
const DECISION_SECONDS = [...ANSWER_SECONDS, 60]
const SLIPPAGE_BPS = [-50, -20, -10, -5, -2, 0, 2, 5, 10, 20, 50, 100, 200, 500]

/** A metric of the server. */
export interface MetricSpec {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  readonly buckets?: readonly number[]
}

/** Sessions that run are few, so that each may have a label; those that end are taken away. */
const OF_SESSION = ['session', 'mode']

/** All metrics by name. Rules of alerts and the board of Grafana name nothing else. */
export const METRICS = {
  assay_build_info: { kind: 'gauge', help: 'Always 1', labels: ['version', 'node'] },
  assay_session_state: {
    kind: 'gauge',
    help: 'How a session trades: 0 active, 1 reducing or paused, 2 halted, 3 gone',
    labels: OF_SESSION,
  },
  assay_equity_quote: {
    kind: 'gauge',
    help: 'What a session is worth, in quote currency',
    labels: OF_SESSION,
  },
  assay_drawdown_ratio: {
    kind: 'gauge',
    help: 'Fall from the highest equity that the server has seen of a session, a fraction',
    labels: OF_SESSION,
  },
  assay_positions_open: {
    kind: 'gauge',
    help: 'Positions that a session holds',
    labels: OF_SESSION,
  },
  assay_positions_without_stop: {
    kind: 'gauge',
    help: 'Positions that nothing stops',
    labels: OF_SESSION,
  },
  assay_orders_open: { kind: 'gauge', help: 'Orders that have not ended', labels: OF_SESSION },
  assay_orders_unknown: {
    kind: 'gauge',
    help: 'Orders of which nobody knows yet what became of them',
    labels: OF_SESSION,
  },
  assay_feed_last_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the feed of a session last brought something; its age is time() minus it',
    labels: OF_SESSION,
  },
  assay_feed_stale: {
    kind: 'gauge',
    help: '1 while a feed has brought nothing for too long',
    labels: OF_SESSION,
  },
  assay_session_beat_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the process of a session last showed a sign of life',
    labels: OF_SESSION,
  },
  assay_events_total: {
    kind: 'counter',
    help: 'Events of sessions that were stored while the server ran',
    labels: ['type'],
  },
  assay_orders_total: {
    kind: 'counter',
    help: 'Orders that were placed',
    labels: ['symbol', 'side'],
  },
  assay_fills_total: { kind: 'counter', help: 'Fills', labels: ['symbol', 'side'] },
  assay_signals_refused_total: {
    kind: 'counter',
    help: 'Signals that no order came of',
    labels: ['symbol'],
  },
  assay_risk_breaches_total: {
    kind: 'counter',
    help: 'Limits that were reached',
    labels: ['limit'],
  },
  assay_slippage_bps: {
    kind: 'histogram',
    help: 'How much worse than the reference price a fill was, basis points of its value',
    labels: ['symbol'],
    buckets: SLIPPAGE_BPS,
  },
  assay_event_lag_seconds: {
    kind: 'histogram',
    help: 'From an event of a live feed to the moment at which the server had it',
    labels: [],
    buckets: DECISION_SECONDS,
  },
  assay_event_sequence: { kind: 'gauge', help: 'Number of the last event', labels: [] },
  assay_http_requests_total: {
    kind: 'counter',
    help: 'Requests that were answered',
    labels: ['method', 'route', 'status'],
  },
  assay_http_request_seconds: {
    kind: 'histogram',
    help: 'How long answers took',
    labels: ['method', 'route'],
    buckets: ANSWER_SECONDS,
  },
  assay_auth_failures_total: {
    kind: 'counter',
    help: 'Requests that were not let in',
    labels: ['reason'],
  },
  assay_rate_limited_total: { kind: 'counter', help: 'Requests beyond a limit', labels: [] },
  assay_errors_total: { kind: 'counter', help: 'Requests that failed inside', labels: [] },
  assay_keys_active: { kind: 'gauge', help: 'Keys that are valid', labels: ['scope'] },
  assay_stream_clients: { kind: 'gauge', help: 'Streams that are open', labels: [] },
  assay_stream_dropped_total: {
    kind: 'counter',
    help: 'Streams that were dropped because nobody read them',
    labels: [],
  },
  assay_alerts_unseen: {
    kind: 'gauge',
    help: 'Alerts of sessions that nobody has acknowledged',
    labels: ['urgency', 'mode'],
  },
  assay_jobs: { kind: 'gauge', help: 'Jobs that wait or run', labels: ['state'] },
  assay_database_up: { kind: 'gauge', help: '1 while the database answers', labels: [] },
} as const satisfies Record<string, MetricSpec>

export type MetricName = keyof typeof METRICS
