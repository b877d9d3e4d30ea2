import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { openS3Client } from '../../dist/storage/s3/s3-client.js'
import { parseS3Url } from '../../dist/storage/s3/s3-url.js'
import { withFolder } from './temporary-folder.mjs'

const run = promisify(execFile)
const SCRIPT = fileURLToPath(new URL('../../scripts/s3-server.sh', import.meta.url))
const BUCKET = 'showrunner-bench'

/**
 * A place in an object store: the one that `BENCH_S3` names (credentials from the environment), or a Ceph gateway
 * on this machine, for as long as it is used. Undefined when there is neither.
 *
 * @template Result
 * @param {(place: { url: string, name: string } | undefined) => Promise<Result>} use
 */
export async function withS3(use) {
  const named = process.env.BENCH_S3
  if (named !== undefined) {
    const [base, query = ''] = named.split('?')
    const url = `${base.replace(/\/$/, '')}/bench-${randomUUID()}${query === '' ? '' : `?${query}`}`
    return await use({ url, name: 'the store of BENCH_S3' })
  }
  if (!isInstalled('radosgw') || !isInstalled('ceph-osd')) return await use(undefined)
  process.env.AWS_ACCESS_KEY_ID = 'test'
  process.env.AWS_SECRET_ACCESS_KEY = 'testtest'
  return withFolder(async folder => {
    const place = join(folder, 'ceph')
    const { stdout } = await run(SCRIPT, ['start', place, String(await freePort())])
    try {
      const query = `endpoint=${encodeURIComponent(stdout.trim())}&forcePathStyle=true`
      const client = openS3Client(parseS3Url(`s3://${BUCKET}/?${query}`))
      await client.send(new CreateBucketCommand({ Bucket: BUCKET }))
      client.destroy()
      return await use({ url: `s3://${BUCKET}/bench?${query}`, name: 'a Ceph gateway on this machine' })
    } finally {
      await run(SCRIPT, ['stop', place])
    }
  })
}

/** @param {string} program */
const isInstalled = program =>
  (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, program)))

/** The script takes the next one, too. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  await new Promise(resolve => server.close(resolve))
  return port
}
