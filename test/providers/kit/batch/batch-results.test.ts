import { expect, test } from 'vitest'
import { vendorFailures } from '../../../../src/providers/ai-batch/vendor-http.js'
import { answerRows } from '../../../../src/providers/kit/batch/answer-lines.js'
import type { EndedBatch } from '../../../../src/providers/kit/batch/batch-api.js'
import { downloadResults } from '../../../../src/providers/kit/batch/batch-results.js'

const steadiness = { failures: vendorFailures, baseDelayMs: 1 }

/** What is read from a file that comes like this, the last one again and again; and how often it was downloaded. */
async function read(...downloads: string[]) {
  let count = 0
  const rows = () => {
    const text = downloads[Math.min(count++, downloads.length - 1)]!
    const body = (async function* () {
      yield Buffer.from(text)
    })()
    return answerRows(
      body,
      row => row.id,
      row => ({ state: 'answered', body: row }),
    )
  }
  const batch = { files: [{ what: 'The file', rows }] } as unknown as EndedBatch
  const results = await downloadResults(batch, new Set(), steadiness)
  return { ids: [...results.rows.keys()], count }
}

const WHOLE = '{"id":"a"}\n{"id":"b"}\n'

test.each<[string, string[], string[], number]>([
  ['whole', [WHOLE], ['a', 'b'], 1],
  ['without a last line end', [WHOLE.trimEnd()], ['a', 'b'], 1],
  ['with lines that are no rows', [`oops\n${WHOLE}`], ['a', 'b'], 1],
  ['cut in a line, once', ['{"id":"a"}\n{"id":', WHOLE], ['a', 'b'], 2],
  ['cut in a line, differently', ['{"id":"a"}\n{"id":', '{"id":"a"}\n{"i', WHOLE], ['a', 'b'], 3],
  ['cut in the same line twice', ['{"id":"a"}\n{"id":'], ['a'], 2],
  ['empty, once', ['', WHOLE], ['a', 'b'], 2],
  ['empty, twice', [''], [], 2],
  ['a page, again and again', ['<html>', '<html>', '<html>', WHOLE], ['a', 'b'], 4],
  ['an error', ['{"error":{"message":"busy"}}', WHOLE], ['a', 'b'], 2],
])('a file of answers that is %s', async (_, downloads, ids, count) => {
  expect(await read(...downloads)).toEqual({ ids, count })
})

test('what is never a file of answers is none, and its requests are not sent again', async () => {
  await expect(read('<html>')).rejects.toMatchObject({ code: 'network' })
})
