import type { Channel } from '../channel.js'

/** Writes messages where the program logs. */
export function logChannel(name: string, log: (text: string) => void): Channel {
  return {
    name,
    send: ({ text }) => new Promise(done => done(log(text))),
    close: () => undefined,
  }
}
