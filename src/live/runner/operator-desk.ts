import type { Command } from '../../core/engine/command.js'
import type { Millis } from '../../core/candles/time.js'
import type { CommandAnswer, SessionCommand } from '../../core/ports/trading/sessions.js'
import type { Leg } from '../../core/trading/leg.js'
import { readCommand } from './session-command.js'
import type { SessionLog } from './session-log.js'

/** What people have ordered of a session, and what they are answered. */
export class OperatorDesk {
  /** Whether somebody has paused it. */
  isPaused: boolean
  /** Why the session is to end; null while it is not. */
  stopReason: string | null = null
  /** Whether it does not do what it would have done of itself. */
  isSteered = false
  private readonly log: SessionLog
  /** The command that ends it: answered when it has ended. */
  private stop: SessionCommand | null = null
  private readonly answered: CommandAnswer[] = []

  constructor(isPaused: boolean, log: SessionLog) {
    this.isPaused = isPaused
    this.log = log
  }

  /** Takes a command. @returns what the engine is to be told; null for nothing */
  obey(said: SessionCommand, legs: readonly Leg[], at: Millis): Command | null {
    const read = readCommand(said.command, legs)
    if ('refused' in read) {
      this.answer(said, `refused: ${read.refused}`, at)
      return null
    }
    this.isSteered = true
    if (read.name === 'stop') {
      this.stop = said
      this.stopReason = `stopped by ${said.actor}`
      return null
    }
    this.answer(said, 'done', at)
    if (read.name !== 'pause' && read.name !== 'resume') return read
    this.isPaused = read.name === 'pause'
    return null
  }

  /** Tells whoever has ended the session that it has. */
  answerStop(at: Millis): void {
    if (this.stop !== null) this.answer(this.stop, 'done', at)
    this.stop = null
  }

  /** What became of commands since it was taken last. */
  take(): readonly CommandAnswer[] {
    return this.answered.splice(0)
  }

  private answer({ id, command, actor }: SessionCommand, outcome: string, at: Millis): void {
    this.log.noteEvent({ type: 'command', time: at, id, actor, command, outcome })
    this.answered.push({ id, outcome })
  }
}
