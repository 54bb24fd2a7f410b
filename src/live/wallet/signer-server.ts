import { chmodSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { AppError } from '../../core/errors.js'
import { type LocalSigner } from './local-signer.js'
import {
  answerJson,
  frame,
  onMessages,
  readQuestion,
  type SignerQuestion,
  signerSocket,
} from './signer-protocol.js'

/** The system takes no longer path for a socket. */
const PATH_MAX_BYTES = 100

/**
 * Answers for a signer on the socket beside its key, which this user alone can open.
 * @returns what ends it
 * @throws AppError SIGNER_RUNNING where another answers there, KEY_FILE where no socket can be
 */
export async function serveSigner(keyFile: string, signer: LocalSigner): Promise<() => void> {
  const path = signerSocket(keyFile)
  if (Buffer.byteLength(path) > PATH_MAX_BYTES) {
    throw new AppError('KEY_FILE', `the path "${path}" is too long for a socket`, {
      hint: `keep the key in a folder with a shorter path, of at most ${PATH_MAX_BYTES} bytes with the name`,
    })
  }
  if (await answers(path)) {
    throw new AppError('SIGNER_RUNNING', `a signer of "${keyFile}" is running`, {
      hint: 'use that one, or end it first',
    })
  }
  rmSync(path, { force: true })
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    attend(socket, signer)
  })
  await listening(server, path)
  chmodSync(path, 0o600)
  return () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    rmSync(path, { force: true })
  }
}

/** One question of a client after the other. */
function attend(socket: Socket, signer: LocalSigner): void {
  let work = Promise.resolve()
  socket.on('error', () => undefined)
  onMessages(socket, message => {
    work = work.then(async () => {
      const { id } = message
      const question = readQuestion(message)
      const reply =
        question === undefined ? { error: 'it is no question' } : await replyTo(question, signer)
      socket.write(frame({ id, ...reply }))
    })
  })
}

async function replyTo(question: SignerQuestion, signer: LocalSigner): Promise<object> {
  try {
    switch (question.ask) {
      case 'address':
        return { answer: signer.address }
      case 'sign':
        return { answer: answerJson(await signer.sign(question.transaction, question.swap)) }
      case 'open':
        return { answer: await signer.openOf(question.order) }
      case 'settled':
        await signer.settled(question.order, question.signature, question.outcome)
        return { answer: true }
    }
  } catch (error) {
    return { error: (error as Error).message }
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise(done => {
    const socket = connect(path)
    socket.once('connect', () => (socket.destroy(), done(true)))
    socket.once('error', () => done(false))
  })
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen({ path, exclusive: true }, done)
  })
}
