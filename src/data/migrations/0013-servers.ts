/**
 * Servers of the API with their sign of life, whose jobs and answers are whose; what was asked under which
 * request; alerts that somebody has seen; how channels of notifications fare.
 */
export const servers = /* sql */ `
create table api_servers (
  server_id text primary key,
  owner text not null,
  beat_at timestamptz not null default now()
);
alter table jobs add column server_id text;
alter table kept_answers add column server_id text, add column request_id text;
alter table session_commands add column request_id text unique;

create table alert_marks (
  subject text primary key,
  number bigint not null,
  actor text not null,
  marked_at timestamptz not null,
  note text not null
);
create index session_events_alarms on session_events (session_id, seq)
  where type in ('risk.breached', 'limit.breached', 'error', 'settings.refused');

create table session_channels (
  session_id text not null references sessions on delete cascade,
  channel text not null,
  type text not null,
  kinds jsonb not null,
  sent bigint not null,
  failed bigint not null,
  waiting bigint not null,
  sent_at timestamptz,
  failed_at timestamptz,
  problem text,
  primary key (session_id, channel)
);
`
