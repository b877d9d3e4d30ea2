import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { layout } from '../../../src/storage/layout.js'
import { LocalFiles } from '../../../src/storage/local/local-files.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const WRITES = 100
const LEFT_OVER = 200

test('writes that begin together look through the folder of temporary files once, not once each', async () => {
  const root = await temporaryFolder()
  const temporary = join(root, layout.temporary('movie'))
  await mkdir(temporary, { recursive: true })
  for (let file = 0; file < LEFT_OVER; file++) await writeFile(join(temporary, `left-${file}`), '')
  const files = new LocalFiles(root, 'process')

  let isOver = false
  let most = 0
  const watch = () => {
    const requests = process.getActiveResourcesInfo().filter(type => type === 'FSReqPromise')
    most = Math.max(most, requests.length)
    if (!isOver) setImmediate(watch)
  }
  watch()
  const bytes = new Uint8Array(10)
  await Promise.all(Array.from({ length: WRITES }, (_, file) => files.replace(`movie/blobs/${file}`, bytes)))
  isOver = true
  expect(most).toBeLessThan(5 * (WRITES + LEFT_OVER))
})
