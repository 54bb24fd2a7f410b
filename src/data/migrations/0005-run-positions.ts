/**
 * Positions and fills of runs as columns, a row a run: a run of 100,000 trades is stored in a fraction
 * of the time that as many rows take. `positions` and `trades` become views that show them as rows,
 * beside the rows of live trading.
 */
export const runPositions = /* sql */ `
alter table positions rename to live_positions;
alter table trades rename to live_trades;

create table run_positions (
  run_id text primary key references runs on delete cascade,
  number bigint generated always as identity unique,
  symbols text[] not null,
  strategies text[] not null,
  reasons text[] not null,
  leg integer[] not null,
  is_long boolean[] not null,
  is_closed boolean[] not null,
  size numeric[] not null,
  entry_price numeric[] not null,
  current_price numeric[] not null,
  entry_time bigint[] not null,
  last_update bigint[] not null,
  pnl numeric[] not null,
  stop_loss numeric[] not null,
  trailing_stop numeric[] not null,
  exit_reason integer[] not null,
  fees numeric[] not null,
  tx_costs numeric[] not null,
  slippage numeric[] not null,
  "return" double precision[] not null,
  candles bigint[] not null,
  mae double precision[] not null,
  mfe double precision[] not null,
  ambiguous boolean[] not null,
  entry_tag text[] not null,
  exit_tag text[] not null,
  fill_position bigint[] not null,
  fill_leg integer[] not null,
  fill_price numeric[] not null,
  fill_size numeric[] not null,
  fill_is_buy boolean[] not null,
  fill_time bigint[] not null,
  fill_fee numeric[] not null,
  fill_reason integer[] not null
);

-- Compressing digits takes longer than writing them.
alter table run_positions
  alter column symbols set storage external,
  alter column strategies set storage external,
  alter column reasons set storage external,
  alter column leg set storage external,
  alter column is_long set storage external,
  alter column is_closed set storage external,
  alter column size set storage external,
  alter column entry_price set storage external,
  alter column current_price set storage external,
  alter column entry_time set storage external,
  alter column last_update set storage external,
  alter column pnl set storage external,
  alter column stop_loss set storage external,
  alter column trailing_stop set storage external,
  alter column exit_reason set storage external,
  alter column fees set storage external,
  alter column tx_costs set storage external,
  alter column slippage set storage external,
  alter column "return" set storage external,
  alter column candles set storage external,
  alter column mae set storage external,
  alter column mfe set storage external,
  alter column ambiguous set storage external,
  alter column entry_tag set storage external,
  alter column exit_tag set storage external,
  alter column fill_position set storage external,
  alter column fill_leg set storage external,
  alter column fill_price set storage external,
  alter column fill_size set storage external,
  alter column fill_is_buy set storage external,
  alter column fill_time set storage external,
  alter column fill_fee set storage external,
  alter column fill_reason set storage external;

create view positions as
select id, symbol, entry_price, current_price, size, side, strategy, status, entry_time, last_update,
  pnl, stop_loss, trailing_stop, run_id, market, exit_time, exit_price, exit_reason,
  null::numeric as fees, null::numeric as tx_costs, null::numeric as slippage,
  null::double precision as "return", null::bigint as candles, null::double precision as mae,
  null::double precision as mfe, null::boolean as ambiguous, null::text as entry_tag,
  null::text as exit_tag
from live_positions
union all
select r.number * 4294967296 + p.place, r.symbols[p.leg], p.entry_price, p.current_price, p.size,
  case when p.is_long then 'long' else 'short' end, r.strategies[p.leg],
  case when p.is_closed then 'closed' else 'open' end, to_timestamp(p.entry_time / 1000.0),
  to_timestamp(p.last_update / 1000.0), p.pnl, p.stop_loss, p.trailing_stop, r.run_id,
  r.symbols[p.leg], case when p.is_closed then to_timestamp(p.last_update / 1000.0) end,
  case when p.is_closed then p.current_price end, r.reasons[p.exit_reason], p.fees, p.tx_costs,
  p.slippage, p."return", p.candles, p.mae, p.mfe, p.ambiguous, p.entry_tag, p.exit_tag
from run_positions r
cross join lateral unnest(r.leg, r.is_long, r.is_closed, r.size, r.entry_price, r.current_price,
  r.entry_time, r.last_update, r.pnl, r.stop_loss, r.trailing_stop, r.exit_reason, r.fees, r.tx_costs,
  r.slippage, r."return", r.candles, r.mae, r.mfe, r.ambiguous, r.entry_tag, r.exit_tag)
  with ordinality as p (leg, is_long, is_closed, size, entry_price, current_price, entry_time,
  last_update, pnl, stop_loss, trailing_stop, exit_reason, fees, tx_costs, slippage, "return", candles,
  mae, mfe, ambiguous, entry_tag, exit_tag, place);

create view trades as
select id, position_id, price, size, side, timestamp, fee, strategy, run_id, market, exit_reason
from live_trades
union all
select r.number * 4294967296 + f.place, r.number * 4294967296 + f.position, f.price, f.size,
  case when f.is_buy then 'buy' else 'sell' end, to_timestamp(f.time / 1000.0), f.fee,
  r.strategies[f.leg], r.run_id, r.symbols[f.leg], r.reasons[f.reason]
from run_positions r
cross join lateral unnest(r.fill_position, r.fill_leg, r.fill_price, r.fill_size, r.fill_is_buy,
  r.fill_time, r.fill_fee, r.fill_reason)
  with ordinality as f (position, leg, price, size, is_buy, time, fee, reason, place);
`
