import type { Gate, PromotionEvidence } from './evidence.js'

/** Whether it sells only what it holds. */
export function longOnlyGate({ shorts }: PromotionEvidence): Gate {
  const isLong = !shorts.isAllowed && shorts.trades === 0
  return {
    name: 'long_only',
    value: shorts.trades,
    figure: `${shorts.trades} short trades`,
    limit: 'none, on a market that is not shortable',
    passed: isLong,
    reason: isLong
      ? 'it sells only what it holds'
      : 'spot through Jupiter cannot be sold short: run it without --shortable',
    isOverridable: false,
  }
}

/** Whether something ends a loss. */
export function stopGate({ stops }: PromotionEvidence): Gate {
  const bare = stops.filter(({ stop }) => stop === null).map(({ strategy }) => strategy)
  return {
    name: 'stop',
    value: stops.map(({ stop }) => stop ?? 'none').join(', '),
    figure: stops.map(({ stop }) => stop ?? 'none').join(', '),
    limit: 'one for each strategy',
    passed: bare.length === 0,
    reason:
      bare.length === 0
        ? 'a stop limits each loss'
        : `nothing limits a loss of ${bare.join(', ')}: give it --stop-loss or --trailing-stop`,
    isOverridable: true,
  }
}

/** Whether the evidence is of the market that is to be traded. */
export function symbolGate({ symbol: { run, asked } }: PromotionEvidence): Gate {
  return {
    name: 'same_market',
    value: run,
    figure: run,
    limit: asked,
    passed: run === asked,
    reason:
      run === asked
        ? 'the evidence is of the market that it is to trade'
        : `the evidence is of ${run}, it is to trade ${asked}: prices, costs and trades may differ`,
    isOverridable: true,
  }
}

/** Whether the evidence is of the settings that are to trade. */
export function settingsGate({ changes }: PromotionEvidence): Gate {
  const isSame = changes.length === 0
  return {
    name: 'same_settings',
    value: changes.length,
    figure: isSame ? 'those of the run' : `${changes.length} changed`,
    limit: 'those of the run',
    passed: isSame,
    reason: isSame
      ? 'the evidence is of the settings that are to trade'
      : `the evidence is of other settings; run it with these: ${changes.join('; ')}`,
    isOverridable: true,
  }
}

/** Whether it is known which tokens a market has. */
export function mintGate({ market: { unmapped }, target }: PromotionEvidence): Gate {
  const isNeeded = target === 'live'
  return {
    name: 'market_known',
    value: unmapped === null ? 'known' : 'unknown',
    figure: unmapped === null ? 'known' : 'unknown',
    limit: isNeeded ? 'mints and decimals of both tokens' : 'any',
    passed: unmapped === null || !isNeeded,
    reason: unmapped ?? 'the symbol map has mints and decimals of both tokens',
    isOverridable: false,
  }
}

/** Whether a limit stops the losses of the account. */
export function lossGate({ lossLimit }: PromotionEvidence): Gate {
  return {
    name: 'loss_limit',
    value: lossLimit ?? 'none',
    figure: lossLimit ?? 'none',
    limit: 'max_drawdown or max_daily_loss',
    passed: lossLimit !== null,
    reason:
      lossLimit === null
        ? 'no limit stops the losses of the account: run it with --max-drawdown or --max-daily-loss'
        : 'a limit stops the losses of the account',
    isOverridable: true,
  }
}

/** Whether the tokens can be traded without being taken. */
export function safetyGate({ market: { dangers, uncheckedWhy } }: PromotionEvidence): Gate {
  return {
    name: 'tokens_safe',
    value: dangers === null ? null : dangers.length,
    figure: dangers === null ? 'unchecked' : `${dangers.length} dangers`,
    limit: 'none',
    passed: dangers === null ? null : dangers.length === 0,
    reason:
      dangers === null
        ? `the tokens were not checked: ${uncheckedWhy}`
        : dangers.length === 0
          ? 'no way that Assay knows lets anybody freeze, mint or tax the tokens'
          : dangers.join('; '),
    isOverridable: false,
  }
}
