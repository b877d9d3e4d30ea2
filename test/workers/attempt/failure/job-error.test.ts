import { writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { connect } from 'node:http2'
import { get as getSecurely } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { toJobError } from '../../../../src/workers/attempt/failure/job-error.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

const codeOf = (error: unknown) => toJobError(error, text => text).code

/** A server that gives each connection to `treat`. */
async function serverThat(treat: (socket: Socket) => void): Promise<number> {
  const server = createServer(treat)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const failureOf = async (action: () => Promise<unknown>): Promise<unknown> =>
  await action().then(
    () => {
      throw new Error('it should have failed')
    },
    error => error,
  )

const getOf = (options: object) =>
  new Promise((resolve, reject) => get({ host: '127.0.0.1', ...options }, resolve).on('error', reject))

describe('a connection that fails is no mistake in a provider', () => {
  test('an answer that is no HTTP (HPE_…)', async () => {
    const port = await serverThat(socket => socket.end('this is no HTTP\r\n\r\n'))
    const error = await failureOf(() => getOf({ port }))
    expect(error).toMatchObject({ code: expect.stringMatching(/^HPE_/) })
    expect(codeOf(error)).toBe('network')
    expect(codeOf(await failureOf(() => fetch(`http://127.0.0.1:${port}`)))).toBe('network')
  })

  test('HTTP/2 with a server that speaks something else (ERR_HTTP2_…)', async () => {
    const port = await serverThat(socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
    const session = connect(`http://127.0.0.1:${port}`)
    const error = await failureOf(
      () =>
        new Promise((resolve, reject) =>
          session
            .on('error', reject)
            .on('connect', () => {})
            .on('ready', resolve),
        ),
    )
    session.destroy()
    expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_HTTP2_/) })
    expect(codeOf(error)).toBe('network')
  })

  test('a body that ends too early (ERR_STREAM_PREMATURE_CLOSE)', async () => {
    const source = new Readable({ read() {} })
    const sink = new Writable({ write: (_chunk, _encoding, done) => done() })
    const piping = failureOf(() => pipeline(source, sink))
    source.destroy()
    const error = await piping
    expect(error).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    expect(codeOf(error)).toBe('network')
  })

  test('an address that this machine does not have (EADDRNOTAVAIL)', async () => {
    const port = await serverThat(() => {})
    const error = await failureOf(() => getOf({ port, localAddress: '203.0.113.7' }))
    expect(error).toMatchObject({ code: 'EADDRNOTAVAIL' })
    expect(codeOf(error)).toBe('network')
  })

  test.each([
    'ENETRESET',
    'EAI_FAIL',
    'ESERVFAIL',
    'ERR_NETWORK',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'UND_ERR_SOCKET',
  ])('%s, also below another error', code => {
    const cause = Object.assign(new Error('of the socket'), { code })
    expect(codeOf(new TypeError('fetch failed', { cause }))).toBe('network')
  })
})

test.each([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_REVOKED',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  'ENOTFOUND',
])('%s is met by every call to the address, and the message says what to do', code => {
  const cause = Object.assign(new Error('of the socket'), { code })
  for (const error of [cause, new TypeError('fetch failed', { cause })]) {
    const job = toJobError(error, text => text)
    expect(job).toMatchObject({ code: 'network', isUnserved: true, isOfSetup: true })
    expect(job.message).toMatch(/of the socket\. \w.{40}/)
  }
})

test('a write to a port without TLS (EPROTO) is met by every call to the address', async () => {
  const port = await serverThat(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const error = await failureOf(
    () =>
      new Promise((resolve, reject) => getSecurely({ host: '127.0.0.1', port }, resolve).on('error', reject)),
  )
  expect(toJobError(error, text => text)).toMatchObject({ code: 'network', isOfSetup: true })
})

test.each(['EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH'])('%s may be over soon', code => {
  const { isUnserved, isOfSetup } = toJobError(Object.assign(new Error('x'), { code }), text => text)
  expect({ isUnserved, isOfSetup }).toEqual({ isUnserved: true, isOfSetup: undefined })
})

test.each([
  'ENOENT',
  'EACCES',
  'ERR_HTTP2_INVALID_HEADER_VALUE',
  'UND_ERR_INVALID_ARG',
  'ERR_INVALID_ARG_TYPE',
  'ERR_SOCKET_BAD_PORT',
])('%s is a mistake in a provider', code => {
  expect(codeOf(Object.assign(new Error('x'), { code }))).toBe('bug')
})

test('a failure in the code of the user ends with its place there, and quotes nothing else of the stack', async () => {
  const folder = await temporaryFolder()
  await writeFile(
    join(folder, 'lib.mjs'),
    'export const helper = request => {\n  return request.inputs.text\n}\n',
  )
  await writeFile(
    join(folder, 'writer.mjs'),
    `import { helper } from './lib.mjs'\nexport default async request => {\n  return helper(request)\n}\n`,
  )
  const { default: writer } = await import(pathToFileURL(join(folder, 'writer.mjs')).href)
  const { code, message } = toJobError(await failureOf(() => writer({})), text => text)
  expect(code).toBe('bug')
  // Names and columns are those of the test runner's transform.
  expect(message).toMatch(
    /^TypeError: .*\(reading 'text'\), at helper \(\S+lib\.mjs:2:\d+\), at \w+ \(\S+writer\.mjs:3:\d+\)/,
  )
  expect(message).not.toContain('node:')
})
