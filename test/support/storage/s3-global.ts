import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the S3 server; undefined: there is none, and its tests are skipped. */
    s3Endpoint: string | undefined
  }
}

const SCRIPT = fileURLToPath(new URL('../../../scripts/s3-server.sh', import.meta.url))
const PROGRAMS = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph', 'radosgw-admin', 'uuidgen']
const run = promisify(execFile)

/** One S3 server for all tests: one that runs already, or one of its own when Ceph is installed. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = process.env.SHOWRUNNER_TEST_S3
  if (running !== undefined) {
    project.provide('s3Endpoint', running)
    return async () => {}
  }
  if (!PROGRAMS.every(isInstalled)) {
    if (process.env.SHOWRUNNER_REQUIRE_S3)
      throw new Error('Ceph is not installed: scripts/s3-server.sh install')
    process.stderr.write(
      'The tests of object stores are SKIPPED: Ceph is not installed (scripts/s3-server.sh install), and SHOWRUNNER_TEST_S3 names no server.\n',
    )
    project.provide('s3Endpoint', undefined)
    return async () => {}
  }
  const folder = await mkdtemp(join(tmpdir(), 'showrunner-s3-'))
  const { stdout } = await run(SCRIPT, ['start', join(folder, 'ceph'), String(await freePort())], {
    timeout: 120_000,
  })
  project.provide('s3Endpoint', stdout.trim())
  return async () => {
    await run(SCRIPT, ['stop', join(folder, 'ceph')])
  }
}

const isInstalled = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, program)))

/** The script takes the next one, too. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}
