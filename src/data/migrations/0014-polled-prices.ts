/** Prices as a source told them, of which candles are built. */
export const polledPrices = /* sql */ `
create table polled_prices (
  symbol text not null,
  source text not null,
  heard_at timestamptz not null,
  made_at timestamptz not null,
  slot bigint,
  price numeric not null,
  primary key (symbol, source, heard_at)
);
`
