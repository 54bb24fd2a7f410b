import { AskError } from '../../../data/sources/fetch/asker.js'
import { stopError } from '../fetch-candles.js'

/** A feed whose end is told for people: what was asked of which source, and what may help. */
export async function* told<T>(
  feed: AsyncIterable<T>,
  asked: Parameters<typeof stopError>[0],
): AsyncGenerator<T> {
  try {
    yield* feed
  } catch (error) {
    if (error instanceof AskError) throw stopError(asked, error)
    throw error
  }
}
