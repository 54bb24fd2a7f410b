import { availableParallelism } from 'node:os'
import { AppError } from '../../../core/errors.js'
import { numberOption, textOption } from '../../options/options.js'
import type { EvaluationOptions } from './search-options.js'

/** Threads, and bytes for columns. */
export function readResources(options: EvaluationOptions): { workers: number; bytes: number } {
  const workers = numberOption(options, 'workers', { min: 1, max: 1024, whole: true })
  return { workers: workers ?? availableParallelism(), bytes: readMemory(options) }
}

const UNITS: Readonly<Record<string, number>> = { KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }

function readMemory(options: EvaluationOptions): number {
  const given = textOption(options, 'memory') ?? '256MB'
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([KMG]B)$/i.exec(given) ?? []
  const bytes = Number(amount) * (UNITS[unit?.toUpperCase() ?? ''] ?? NaN)
  if (bytes >= 1024 ** 2 && bytes <= 1024 ** 4) return bytes
  throw new AppError(
    'INVALID_SETTING',
    `--memory is "${given}", but it must be from 1MB to 1024GB`,
    {
      hint: 'write a number and its unit: --memory 512MB',
    },
  )
}
