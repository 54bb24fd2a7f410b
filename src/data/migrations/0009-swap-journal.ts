/**
 * The journal of swaps: amounts are whole units, which no float holds. That no order is sent twice is
 * held here as well: one attempt at most is open, of an intent and of a wallet.
 */
export const swapJournal = /* sql */ `
create table swap_intents (
  order_id text primary key,
  session_id text not null,
  wallet text not null,
  symbol text not null,
  side text not null check (side in ('buy', 'sell')),
  gives_mint text not null,
  takes_mint text not null,
  amount numeric(20) not null check (amount > 0),
  least numeric(20) not null check (least >= 0),
  slippage_bps integer not null check (slippage_bps between 0 and 10000),
  decided_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'filled', 'refused', 'cancelled')),
  reason text,
  opened bigint generated always as identity,
  check ((state = 'open') = (reason is null))
);
create index swap_intents_open on swap_intents (session_id, opened) where state = 'open';

create table swap_attempts (
  order_id text not null references swap_intents,
  number integer not null check (number > 0),
  wallet text not null,
  state text not null check (state in
    ('prepared', 'sent', 'confirmed', 'finalized', 'failed', 'expired', 'abandoned')),
  signature text not null unique,
  bytes text not null,
  blockhash text not null,
  last_valid_height bigint not null,
  quote jsonb not null,
  amount numeric(20) not null check (amount > 0),
  least numeric(20) not null check (least >= 0),
  reason text,
  burnt numeric(20) not null default 0 check (burnt >= 0),
  prepared_at timestamptz not null,
  primary key (order_id, number)
);
create unique index swap_attempts_open_order on swap_attempts (order_id)
  where state in ('prepared', 'sent');
create unique index swap_attempts_open_wallet on swap_attempts (wallet)
  where state in ('prepared', 'sent');
create unique index swap_attempts_filled on swap_attempts (order_id)
  where state in ('confirmed', 'finalized');

create table swap_fills (
  order_id text not null,
  number integer not null,
  signature text not null unique references swap_attempts (signature),
  given numeric(20) not null check (given >= 0),
  taken numeric(20) not null check (taken >= 0),
  fee numeric(20) not null check (fee >= 0),
  rent numeric(20) not null,
  slot bigint not null,
  time timestamptz not null,
  primary key (order_id, number),
  foreign key (order_id, number) references swap_attempts
);
`
