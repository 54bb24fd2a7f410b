import { type Channel, ChannelBusy, ChannelRefusal } from '../channel.js'

export interface TelegramPlace {
  readonly token: string
  /** Id of the chat, or `@name` of a channel. */
  readonly chat: string
  /** Another server than Telegram's own. */
  readonly root?: string | undefined
}

/** Telegram takes no longer text. */
const TEXT_MAX = 4096

/** Sends messages as a bot. The package is loaded when the first is sent. */
export function telegramChannel(name: string, { token, chat, root }: TelegramPlace): Channel {
  return {
    name,
    close: () => undefined,
    send: async ({ text, urgency }, signal) => {
      const { Api, GrammyError } = await import('grammy')
      const api = new Api(token, root === undefined ? {} : { apiRoot: root })
      const options = { disable_notification: urgency === 'info' }
      try {
        // Its own kind of signal, which is the same.
        await api.sendMessage(chat, text.slice(0, TEXT_MAX), options, signal as never)
      } catch (error) {
        if (!(error instanceof GrammyError)) throw new Error(reasonOf(error, token))
        const { error_code: code, description, parameters } = error
        const told = `${code} ${description}`.replaceAll(token, '***')
        if (parameters.retry_after !== undefined)
          throw new ChannelBusy(told, parameters.retry_after * 1000)
        throw code >= 500 || code === 429 ? new Error(told) : new ChannelRefusal(told)
      }
    },
  }
}

/** The address of each request holds the token. */
function reasonOf(error: unknown, token: string): string {
  const { message, error: cause } = error as Error & {
    readonly error?: { readonly code?: unknown }
  }
  return `${message} ${String(cause?.code ?? '')}`.trim().replaceAll(token, '***')
}
