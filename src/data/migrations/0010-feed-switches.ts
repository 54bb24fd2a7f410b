/** When a feed left a source for another one, and why. */
export const feedSwitches = /* sql */ `
create table feed_switches (
  id bigint generated always as identity primary key,
  symbol text not null,
  timeframe text not null,
  from_source text not null,
  to_source text not null,
  since timestamptz not null,
  reason text not null,
  basis double precision not null,
  noticed_at timestamptz not null
);
`
