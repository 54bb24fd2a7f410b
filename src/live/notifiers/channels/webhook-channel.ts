import { createHmac } from 'node:crypto'
import { type Channel, refuseStatus } from '../channel.js'
import type { Message } from '../notice.js'

export interface WebhookPlace {
  readonly url: string
  /** Shared with the receiver, who checks the signature with it. */
  readonly secret: string
}

/**
 * Posts messages as JSON, signed: `assay-signature` is `sha256=` and the HMAC-SHA256, in hexadecimal
 * digits, of the text in `assay-timestamp` (seconds), a point, and the body as it is.
 */
export function webhookChannel(name: string, { url, secret }: WebhookPlace): Channel {
  return {
    name,
    close: () => undefined,
    send: async ({ messages, lost, urgency, title, text }, signal) => {
      const body = JSON.stringify({ urgency, title, text, lost, messages: messages.map(plain) })
      const timestamp = String(Math.floor(Date.now() / 1000))
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'assay-timestamp': timestamp,
          'assay-signature': `sha256=${signatureOf(secret, timestamp, body)}`,
        },
        body,
        signal,
        redirect: 'manual',
      })
      await answer.body?.cancel()
      refuseStatus(answer.status, answer.headers.get('retry-after'))
    },
  }
}

function signatureOf(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
}

function plain({ notice, urgency, what, todo }: Message): object {
  return { ...notice, urgency, what, todo }
}
