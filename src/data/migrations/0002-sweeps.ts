/**
 * Sweeps and their trials. Every metric has a column of its own, so that a user can ask for
 * `select params, sharpe from trials where ...`. A sweep that has trials cannot be deleted: the
 * ledger counts them.
 */
export const sweeps = /* sql */ `
create table sweeps (
  sweep_id text primary key,
  created_at timestamptz not null,
  status text not null check (status in ('running', 'stopped', 'complete')),
  strategy text not null,
  symbol text not null,
  timeframe text not null,
  objective text not null,
  manifest jsonb not null,
  trials_total bigint not null,
  trials_failed bigint not null,
  sweep_hash text,
  seconds double precision not null,
  candle_evaluations double precision not null
);
create index sweeps_created_at on sweeps (created_at desc, sweep_id);

create table trials (
  sweep_id text not null references sweeps,
  number bigint not null check (number >= 0),
  status text not null check (status in ('ok', 'failed')),
  strategy text not null,
  symbol text not null,
  timeframe text not null,
  template text,
  params jsonb not null,
  score double precision,
  final_equity double precision,
  total_return double precision,
  cagr double precision,
  sharpe double precision,
  sortino double precision,
  calmar double precision,
  volatility double precision,
  max_drawdown double precision,
  max_drawdown_days double precision,
  ulcer_index double precision,
  trades double precision,
  win_rate double precision,
  profit_factor double precision,
  expectancy double precision,
  sqn double precision,
  average_win double precision,
  average_loss double precision,
  longest_losing_streak double precision,
  exposure double precision,
  turnover double precision,
  fees_paid double precision,
  tx_costs_paid double precision,
  slippage_paid double precision,
  buy_and_hold_return double precision,
  ambiguous_trades double precision,
  message text,
  run_id text not null,
  result_hash text,
  data_hash text not null,
  primary key (sweep_id, number)
);
-- Best first by one row comparison: both parts ascend.
create index trials_score on trials (sweep_id, (-score), number) where score is not null;
-- Without the run ids: these come in no order, and would cost an eighth of the speed of storing.
create index trials_ledger on trials (data_hash, strategy);
`
