import { HOUR_MS } from '../src/core/candles/time.js'
import { promote } from '../src/app/promotion/promote.js'
import { promotionText } from '../src/app/promotion/promotion-text.js'
import { backtest } from '../src/app/backtest/backtest.js'
import { importCandles } from '../src/app/data/import-candles.js'
import { whyNoRedis } from '../test/distributed/redis-server.js'
import { LiveHouse } from '../test/live/live-house.js'
import { whyNoPostgres } from '../test/postgres-server.js'

/**
 * From a run to live trading, against a SIMULATED Jupiter and a SIMULATED chain on this machine: no
 * network, no money. PostgreSQL and Redis are real, and start for it on free ports.
 */
const START = Date.UTC(2026, 2, 2, 12)
const PARAMS = { fast_ma: 5, slow_ma: 15, min_volume: 0 }
const RUN = { params: PARAMS, stopLoss: 0.03, maxDrawdown: 0.5, capital: 5000 }

const why = whyNoPostgres() ?? whyNoRedis()
if (why === undefined) await demonstrate()
else {
  process.stderr.write(
    `error: the demonstration needs PostgreSQL and Redis on this machine: ${why}\n`,
  )
  process.exitCode = 2
}

async function demonstrate(): Promise<void> {
  say('Everything below is simulated: the chain, Jupiter, the exchange, and the money.\n')
  const house = await LiveHouse.open({ start: START, before: 2000, after: 300, run: RUN })
  try {
    const promotion = await promoted(house)
    say('\n$ assay live --promotion ... --wallet KEY --i-understand-this-trades-real-money\n')
    house.onLine = say
    const before = house.holdings()
    const answer = await house.trade({ promotion, capital: 5000 }, START + 2 * HOUR_MS)
    say(answer.summary)
    const after = house.holdings()
    say(`\nSIMULATED wallet before ${before}, after ${after}`)
    say(`${house.world.chain.landed.size} transactions landed on the simulated chain`)
  } finally {
    await house.close()
  }
}

/** Imports what the exchange had before the start, runs, and promotes on a written word. */
async function promoted(house: LiveHouse): Promise<string> {
  return house.workspace(async workspace => {
    const market = { symbol: 'SOL-USDC', timeframe: '1m' }
    await importCandles(workspace, { ...market, files: [house.writeCandles()] })
    const options = { strategy: 'ma_crossover', ...market, ...RUN }
    const { summary } = await backtest(workspace, { ...options, report: 'none' })
    say(`$ assay backtest ma_crossover --symbol SOL-USDC --timeframe 1m\n${summary}`)
    const run = (await (await workspace.runs()).latest())!
    const promotion = await promote(workspace, run.runId, {
      to: 'live',
      override: 'a demonstration against a simulated chain: no money is at stake',
      paths: 200,
      rpc: house.world.rpcUrls.join(','),
      jupiterUrl: house.world.jupiterUrl,
      jupiterRate: 100,
    })
    say(`\n$ assay promote ${run.runId} --to live --override ...\n${promotionText(promotion)}`)
    if (promotion.promotionId === null) throw new Error('the demonstration was not promoted')
    return promotion.promotionId
  })
}

function say(line: string): void {
  process.stdout.write(line.endsWith('\n') ? line : `${line}\n`)
}
