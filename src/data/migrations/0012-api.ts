/** Keys of the API, jobs, answers that are given again, and the one order of all sessions' events. */
export const api = /* sql */ `
create table api_keys (
  key_id text primary key,
  name text not null,
  scope text not null check (scope in ('read', 'research', 'trade', 'admin')),
  secret_hash text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  used_at timestamptz,
  parent_id text references api_keys
);

create table jobs (
  job_id text primary key,
  kind text not null,
  request jsonb not null,
  key_id text not null,
  state text not null check (state in
    ('queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled', 'interrupted')),
  created_at timestamptz not null,
  number bigint generated always as identity,
  started_at timestamptz,
  ended_at timestamptz,
  progress jsonb,
  result jsonb,
  problem jsonb
);
create unique index jobs_number on jobs (number);

create table kept_answers (
  key_id text not null,
  idempotency_key text not null,
  request_hash text not null,
  taken_at timestamptz not null,
  status integer,
  body text not null default '',
  primary key (key_id, idempotency_key)
);

create table event_feed (
  number bigint primary key,
  session_id text not null references sessions on delete cascade,
  seq bigint not null,
  unique (session_id, seq)
);

create table event_feed_heads (
  session_id text primary key references sessions on delete cascade,
  seq bigint not null
);
`
