import { userInfo } from 'node:os'

/** Who gives a command, for the record. */
export function operator(): string {
  try {
    return `cli:${userInfo().username}`
  } catch {
    return 'cli'
  }
}
