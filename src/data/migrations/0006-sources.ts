/**
 * Sources of one market stand side by side; what was asked of a source, and what it answered, is
 * kept beside the candles. Intervals are half-open.
 */
export const sources = /* sql */ `
alter table candles add column source text not null default 'file';
alter table candles drop constraint candles_pkey;
alter table candles add primary key (symbol, timeframe, source, timestamp);

alter table datasets add column source text not null default 'file';
alter table datasets add column adapter text;
alter table datasets add column fetched_at timestamptz;
alter table datasets drop constraint datasets_pkey;
alter table datasets add primary key (symbol, timeframe, source);

alter table imports add column source text not null default 'file';
alter table imports drop constraint imports_pkey;
alter table imports add primary key (symbol, timeframe, source, import_key);

create table fetches (
  id bigint generated always as identity primary key,
  symbol text not null,
  timeframe text not null,
  source text not null,
  adapter text not null,
  host text not null,
  path text not null check (path in ('rest', 'archive', 'stream', 'polled', 'ccxt')),
  since timestamptz not null,
  until timestamptz not null,
  requested_at timestamptz not null,
  source_time timestamptz,
  checksum text not null check (checksum in ('none', 'verified', 'unverified')),
  etag text,
  rows integer not null,
  notes jsonb not null,
  check (since < until)
);
create index fetches_series on fetches (symbol, timeframe, source, since);

create table coverage (
  symbol text not null,
  timeframe text not null,
  source text not null,
  since timestamptz not null,
  until timestamptz not null,
  state text not null check (state in ('candles', 'empty', 'failed', 'unavailable')),
  settled boolean not null,
  reason text,
  primary key (symbol, timeframe, source, since),
  check (since < until)
);

create table revisions (
  id bigint generated always as identity primary key,
  symbol text not null,
  timeframe text not null,
  source text not null,
  time timestamptz not null,
  before text,
  after text,
  applied boolean not null,
  noticed_at timestamptz not null default now()
);
create index revisions_series on revisions (symbol, timeframe, source, time);

create table source_pauses (
  host text primary key,
  until timestamptz not null,
  reason text not null
);
`
