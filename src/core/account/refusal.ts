/** Why an order was refused, cancelled by the engine, or an entry was not made. */
export type Refusal =
  | 'below_minimum'
  | 'no_cash'
  | 'would_take'
  | 'cooldown'
  | 'not_shortable'
  | 'max_drawdown'
  | 'max_daily_loss'
  | 'max_exposure'
  | 'max_open_positions'
  | 'max_trades_per_day'
  | 'max_data_age'
  | 'ruin'
