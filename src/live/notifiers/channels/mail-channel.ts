import { type Channel, ChannelRefusal } from '../channel.js'

export interface MailPlace {
  readonly host: string
  readonly port: number
  /** Encrypted from the first byte, after a greeting, or not at all. */
  readonly tls: 'implicit' | 'starttls' | 'none'
  readonly from: string
  readonly to: readonly string[]
  readonly login?: { readonly user: string; readonly password: string } | undefined
}

/** One step of a mail server may take so long. */
const STEP_MS = 10_000
const SUBJECT_MAX = 120

/** Sends messages as mails. The package is loaded when the first is sent. */
export function mailChannel(name: string, place: MailPlace): Channel {
  return {
    name,
    close: () => undefined,
    send: async ({ title, text, urgency }, signal) => {
      const { createTransport } = await import('nodemailer')
      const { host, port, tls, from, to, login } = place
      const transport = createTransport({
        host,
        port,
        secure: tls === 'implicit',
        requireTLS: tls === 'starttls',
        ignoreTLS: tls === 'none',
        connectionTimeout: STEP_MS,
        greetingTimeout: STEP_MS,
        socketTimeout: STEP_MS,
        ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }),
      })
      const stop = (): void => transport.close()
      signal.addEventListener('abort', stop, { once: true })
      try {
        const subject = `[assay] ${urgency}: ${title}`.slice(0, SUBJECT_MAX)
        await transport.sendMail({ from, to: [...to], subject, text })
      } catch (error) {
        throw judged(error, login?.password)
      } finally {
        signal.removeEventListener('abort', stop)
        transport.close()
      }
    },
  }
}

/** A code of 500 and more is final; a login that is refused will be again. */
function judged(error: unknown, password = ''): Error {
  const { message, code, responseCode } = error as Error & {
    readonly code?: string
    readonly responseCode?: number
  }
  const told = password === '' ? message : message.replaceAll(password, '***')
  const isFinal = code === 'EAUTH' || (responseCode ?? 0) >= 500
  return isFinal ? new ChannelRefusal(told) : new Error(told)
}
