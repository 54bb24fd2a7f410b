import { refuseOverwriting } from './run-execution.js'
import { type Optional, textOption } from '../options/options.js'

/** The path of `--report`, checked before the work begins. @throws AppError FILE_EXISTS */
export function readReportPath(options: Optional<{ report: string }>): string | undefined {
  const path = textOption(options, 'report')
  if (path !== undefined && path !== 'none') refuseOverwriting(path)
  return path
}
