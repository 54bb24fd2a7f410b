import { refuseOverwriting } from '../app/backtest/run-execution.js'
import { textFlag, type Flags } from './flags.js'

/** The path of `--report`, checked before the work begins. @throws AppError FILE_EXISTS */
export function readReportPath(flags: Flags): string | undefined {
  const path = textFlag(flags, 'report')
  if (path !== undefined && path !== 'none') refuseOverwriting(path)
  return path
}
