/** Quotes as a venue answered them: amounts are whole base units, which no float holds. */
export const quotes = /* sql */ `
create table quote_runs (
  id bigint generated always as identity primary key,
  symbol text not null,
  sizes jsonb not null,
  base_decimals smallint not null,
  quote_decimals smallint not null,
  adapter text not null,
  started_at timestamptz not null
);

create table quotes (
  run_id bigint not null references quote_runs on delete cascade,
  round integer not null,
  seq integer not null,
  side text not null check (side in ('buy', 'sell')),
  size numeric not null check (size > 0),
  in_amount numeric,
  out_amount numeric,
  context_slot bigint,
  sent_at timestamptz not null,
  answered_at timestamptz not null,
  status text not null check (status in ('ok', 'no_route', 'error')),
  route text[] not null,
  primary key (run_id, round, seq),
  check ((status = 'ok') = (in_amount is not null and out_amount is not null))
);
`
