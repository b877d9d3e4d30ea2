import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { openEngine, openWorker } from '../../src/index.js'
import { hasRedis, startRedis } from '../support/fleet/redis-server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

// The example as a user runs it, but for the processes: through a real Redis, in real threads. Needs the built package.

const folder = fileURLToPath(new URL('../../examples/fleet/', import.meta.url))

test.runIf(hasRedis)('two workers draw the tiles of one picture', async () => {
  await using redis = await startRedis()
  const options = {
    store: `file:${await temporaryFolder()}`,
    queue: redis.url,
    folder,
    providers: { tile: { module: './tile.mjs' }, wall: { module: './wall.mjs' } },
    threads: 1,
  }
  await using _ = await openWorker({ ...options, places: 4 })
  await using __ = await openWorker({ ...options, places: 4 })
  await using engine = await openEngine({ ...options, concurrency: 8 })
  const blueprint = `${folder}mandelbrot.yaml`
  const result = await engine.run({ blueprint, inputs: { iterations: 1_000, samples: 1 } })
  expect(result.counts).toMatchObject({ succeeded: 145, failed: 0 })
  const blobs = []
  for await (const { artifactId, blob } of engine.movie('mandelbrot').artifacts())
    if (artifactId === 'Producer:Picture.Image') blobs.push(blob!)
  const image = sharp(await buffer(engine.movie('mandelbrot').blob(blobs[0]!).stream()))
  expect(await image.metadata()).toMatchObject({ format: 'png', width: 1920, height: 1080 })
  // Of one color it would be 0.
  expect((await image.stats()).entropy).toBeGreaterThan(2)
})
