import { execFile, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { newStore, testEngine } from '../../../support/engine-fixture.js'
import { fixtureModules } from '../../../support/jobs/job-fixture.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

const hasOpenSsl = spawnSync('openssl', ['version']).status === 0

/** A server on loopback with a certificate of its own, whose calls are counted. */
async function selfSignedServer() {
  const folder = await temporaryFolder()
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['-newkey', 'rsa:2048', '-nodes', '-days', '1']
  await promisify(execFile)('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert])
  let connections = 0
  const server = createServer(
    { key: await readFile(key), cert: await readFile(cert) },
    (request, response) => {
      request.resume()
      response.end('made')
    },
  )
  server.on('connection', () => void connections++)
  await new Promise<void>(resolve => server.listen(0, resolve))
  onTestFinished(() => void server.close())
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}/`,
    get connections() {
      return connections
    },
  }
}

test.skipIf(!hasOpenSsl)(
  'a certificate that is not trusted stops the run after a handful of calls, with what to do',
  async () => {
    const server = await selfSignedServer()
    const module = fixtureModules['plain-client']!
    const engine = await testEngine({
      store: await newStore('memory'),
      concurrency: 8,
      providers: { service: { module, config: { url: server.url, key: 'good' } } },
    })
    const result = await engine.run({
      blueprint: {
        name: 'rows',
        loops: { n: { count: 200 } },
        producers: {
          Clip: { loop: 'n', provider: 'service', with: { n: '${index.n}' }, outputs: { Text: 'text' } },
        },
      },
    })
    expect(result).toMatchObject({ status: 'stopped', stopReason: 'refused', counts: { failed: 0 } })
    expect(result.stopMessage).toContain('NODE_EXTRA_CA_CERTS')
    expect(server.connections).toBeLessThanOrEqual(20)
  },
)
