/** Sessions, all that happened in them, what was ordered of them, and what let them trade. */
export const sessions = /* sql */ `
create table promotions (
  promotion_id text primary key,
  run_id text not null,
  target text not null check (target in ('paper', 'live')),
  symbol text not null,
  verdict text not null check (verdict in ('promoted', 'refused')),
  created_at timestamptz not null,
  manifest jsonb not null,
  gates jsonb not null,
  override_reason text,
  revoked_at timestamptz,
  revoked_reason text,
  check ((revoked_at is null) = (revoked_reason is null))
);
create index promotions_created_at on promotions (created_at desc, promotion_id);

create table sessions (
  session_id text primary key,
  mode text not null check (mode in ('paper', 'live')),
  state text not null check (state in ('running', 'finished', 'stopped', 'failed')),
  created_at timestamptz not null,
  symbols jsonb not null,
  timeframe text not null,
  strategies jsonb not null,
  feed text not null,
  promotion_id text references promotions,
  manifest jsonb not null,
  beat_at timestamptz not null,
  fence bigint not null check (fence > 0),
  status jsonb,
  last_event_seq bigint not null default -1,
  last_input_seq bigint not null default -1,
  link text not null default '',
  snapshot jsonb,
  reason text,
  result_hash text
);
create index sessions_created_at on sessions (created_at desc, session_id);

create table session_events (
  session_id text not null references sessions on delete cascade,
  seq bigint not null,
  time timestamptz not null,
  type text not null,
  payload jsonb not null,
  link_hash text,
  primary key (session_id, seq)
);

create table session_inputs (
  session_id text not null references sessions on delete cascade,
  seq bigint not null,
  time timestamptz not null,
  kind text not null,
  payload jsonb not null,
  primary key (session_id, seq)
);

create table session_trades (
  session_id text not null references sessions on delete cascade,
  number bigint generated always as identity,
  trade jsonb not null,
  primary key (session_id, number)
);

create table session_marks (
  session_id text not null references sessions on delete cascade,
  time timestamptz not null,
  equity double precision not null,
  primary key (session_id, time)
);

create table session_commands (
  id bigint generated always as identity primary key,
  session_id text not null references sessions on delete cascade,
  command jsonb not null,
  actor text not null,
  asked_at timestamptz not null,
  taken_at timestamptz,
  outcome text,
  check ((taken_at is null) = (outcome is null))
);
create index session_commands_waiting on session_commands (session_id, id) where taken_at is null;

create table live_state (
  key text primary key,
  value text not null,
  updated_at timestamptz not null default now()
);

create table audit_events (
  seq bigint primary key,
  time timestamptz not null,
  type text not null,
  payload jsonb not null,
  link_hash text not null
);
`
