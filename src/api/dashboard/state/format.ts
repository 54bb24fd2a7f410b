import { signal } from '@preact/signals'

/** Whether times are shown in UTC or in the zone of this machine. */
export const isUtc = signal(true)

const NONE = '–'

/** `+1.25 %`; a dash where nobody knows. */
export function percent(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE
  return `${signed(value * 100, digits)} %`
}

/** A drawdown as the loss that it is; null where nobody knows. */
export function lossOf(drawdown: number | null | undefined): number | null {
  return drawdown === null || drawdown === undefined ? null : -drawdown
}

/** `+12.30`: the sign always. */
export function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits)
  const isZero = Number(text) === 0
  return `${isZero ? '' : value > 0 ? '+' : '−'}${grouped(text)}`
}

/** `10,211.40`; a dash where nobody knows. */
export function money(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE
  return `${value < 0 ? '−' : ''}${grouped(Math.abs(value).toFixed(digits))}`
}

/** A price or a size with seven digits that count. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE
  return String(Number(value.toPrecision(7))).replace('-', '−')
}

function grouped(text: string): string {
  const [whole = '', part] = text.split('.')
  const shown = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return part === undefined ? shown : `${shown}.${part}`
}

/** `3 s`, `4 min`, `2 h`. */
export function age(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return NONE
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3600)} h`
}

const pad = (value: number): string => String(value).padStart(2, '0')

/** `2026-11-27 20:35:31`, in the zone that is chosen. */
export function time(at: number | string | null | undefined): string {
  if (at === null || at === undefined) return NONE
  const date = new Date(at)
  return isUtc.value
    ? date.toISOString().slice(0, 19).replace('T', ' ')
    : `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`
}

/** The same time in both zones, for whoever points at it. */
export function bothTimes(at: number | string | null | undefined): string {
  if (at === null || at === undefined) return ''
  const date = new Date(at)
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC, ${date.toLocaleString()} here`
}

/** `UTC`, or the name of the zone of this machine. */
export function zone(): string {
  return isUtc.value ? 'UTC' : (Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'local')
}
