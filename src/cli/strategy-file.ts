import type { AnyStrategy } from '../core/strategy/strategy.js'

/** The strategy of an id or of a file, before there is a workspace. @throws AppError */
export async function readStrategy(reference: string): Promise<AnyStrategy> {
  const { loadStrategy } = await import('../app/strategy/strategy-loader.js')
  const { setCallLimit } = await import('../app/strategy/time-limit.js')
  const { findHome } = await import('../app/workspace/home.js')
  setCallLimit(process.env['ASSAY_LOAD_LIMIT'])
  return (await loadStrategy(reference, findHome(process.env).cache)).strategy
}
