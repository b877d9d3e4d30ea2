// node pictures.mjs COUNT LIMIT_MB: runs COUNT jobs at once that make 1 MiB each, and tells its peak of memory.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openEngine } from 'showrunner'

const MIB = 1024 * 1024
const [count, limitMegabytes] = process.argv.slice(2).map(Number)
const folder = await mkdtemp(join(process.env.BENCH_FOLDER ?? tmpdir(), 'showrunner-bench-'))
try {
  const engine = await openEngine({
    store: `file:${folder}`,
    concurrency: count,
    bytesInFlightLimit: limitMegabytes * MIB,
    providers: {
      bytes: { module: fileURLToPath(new URL('../work/bytes-provider.mjs', import.meta.url)) },
    },
  })
  const producer = {
    loop: 'job',
    provider: 'bytes',
    with: { number: '${index.job}', salt: '${inputs.salt}' },
    config: { sizeBytes: MIB, latencyMs: 300 },
    outputs: { File: 'application/octet-stream' },
  }
  const { counts } = await engine.run({
    blueprint: {
      name: 'pictures',
      inputs: { salt: 'integer' },
      loops: { job: { count } },
      producers: { Work: producer },
    },
    inputs: { salt: 1 },
  })
  if (counts.succeeded !== count) throw new Error(`${counts.succeeded} of ${count} pictures were made`)
  await engine.close()
  console.log(JSON.stringify({ peakBytes: process.resourceUsage().maxRSS * 1_024 }))
} finally {
  await rm(folder, { recursive: true, force: true })
}
