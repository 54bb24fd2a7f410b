/** What the tests of walk-forwards came to, and what they rest on. */
export const walkForwards = /* sql */ `
create table walk_forwards (
  walk_forward_id text primary key,
  sweep_id text not null references sweeps,
  created_at timestamptz not null,
  strategy text not null,
  symbol text not null,
  timeframe text not null,
  execution_model integer not null,
  from_time timestamptz not null,
  to_time timestamptz not null,
  test_from timestamptz not null,
  data_hash text not null,
  figures jsonb not null
);
create index walk_forwards_place on walk_forwards (strategy, symbol, timeframe, created_at desc);
`
