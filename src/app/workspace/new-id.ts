import { randomUUID } from 'node:crypto'

/** An id that nothing else has: sixteen hexadecimal digits. */
export function newId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 16)
}
