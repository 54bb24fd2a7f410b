import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** How a stand-in treats what it is sent. */
export type Mood = 'well' | 'failing' | 'silent' | 'refusing'

/** The other side of a channel, on this machine. */
export interface StandIn {
  readonly port: number
  /** What has arrived, as text. */
  readonly heard: string[]
  /** Requests of any kind, those that failed too. */
  readonly asked: () => number
  mood: Mood
  close(): Promise<void>
}

export interface Posted {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A web server that answers what `answer` says of a request. */
export async function webServer(
  answer: (posted: Posted, mood: Mood) => { status: number; body?: object; heard?: string },
): Promise<StandIn & { readonly posts: Posted[] }> {
  const posts: Posted[] = []
  const sockets = new Set<Socket>()
  const server = createHttpServer((request, response) => {
    let body = ''
    request.on('data', (text: Buffer) => (body += text.toString()))
    request.on('end', () => {
      const posted = { url: request.url!, headers: request.headers, body }
      posts.push(posted)
      if (standIn.mood === 'silent') return
      const { status, body: told = {}, heard } = answer(posted, standIn.mood)
      if (heard !== undefined) standIn.heard.push(heard)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(told))
    })
  })
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const standIn: StandIn & { posts: Posted[] } = {
    port: (server.address() as AddressInfo).port,
    heard: [],
    posts,
    asked: () => posts.length,
    mood: 'well',
    close: () =>
      new Promise(done => {
        for (const socket of sockets) socket.destroy()
        server.close(() => done())
      }),
  }
  return standIn
}

/** A mail server: just enough of SMTP to take a mail (RFC 5321). */
export async function mailServer(): Promise<StandIn & { readonly logins: string[] }> {
  const sockets = new Set<Socket>()
  const logins: string[] = []
  let asked = 0
  const server = createServer(socket => {
    asked++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
    if (standIn.mood === 'silent') return
    if (standIn.mood === 'failing') return void socket.end('421 busy\r\n')
    socket.write('220 mail.test ready\r\n')
    let rest = ''
    let mail: string | undefined
    const hear = (line: string): string | undefined => {
      if (mail !== undefined) {
        if (line !== '.') return void (mail += `${line}\n`)
        standIn.heard.push(decoded(mail))
        mail = undefined
        return '250 taken'
      }
      const word = line.slice(0, 4).toUpperCase()
      if (word === 'EHLO') return '250-mail.test\r\n250 AUTH PLAIN'
      if (word === 'AUTH') {
        logins.push(line)
        return '235 welcome'
      }
      if (word === 'RCPT') return standIn.mood === 'refusing' ? '550 nobody here' : '250 fine'
      if (word === 'DATA') {
        mail = ''
        return '354 go on'
      }
      if (word === 'QUIT') return '221 bye'
      return '250 fine'
    }
    socket.on('data', (text: Buffer) => {
      const lines = (rest + text.toString()).split('\r\n')
      rest = lines.pop()!
      for (const line of lines) {
        const answer = hear(line)
        if (answer !== undefined) socket.write(`${answer}\r\n`)
      }
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const standIn: StandIn & { logins: string[] } = {
    port: (server.address() as AddressInfo).port,
    heard: [],
    logins,
    asked: () => asked,
    mood: 'well',
    close: () =>
      new Promise(done => {
        for (const socket of sockets) socket.destroy()
        server.close(() => done())
      }),
  }
  return standIn
}

/** Quoted-printable as text. */
function decoded(mail: string): string {
  const joined = mail.replace(/=\n/g, '')
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
