import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { expect, test } from 'vitest'
import { type BlueprintDefinition, inline, type JsonValue } from '../../../dist/index.js'
import { testEngine } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const judge = inline(({ inputs }) => ({ outputs: { Reason: `as ${inputs.name}` } }))

/** The only line of a table in JSON, and of one in Parquet. */
async function lines(loops: BlueprintDefinition['loops'], list: JsonValue, request: { rows?: string } = {}) {
  const engine = await testEngine({ providers: { judge } })
  const definition: BlueprintDefinition = {
    name: 'cases',
    inputs: { list: 'json' },
    loops,
    producers: {
      Judge: {
        loop: Object.keys(loops!),
        provider: 'judge',
        with: { name: '${row.name}' },
        outputs: { Reason: 'text' },
      },
    },
  }
  await engine.run({ blueprint: definition, inputs: { list } })
  const folder = await temporaryFolder()
  const movie = engine.movie('cases')
  const to = join(folder, 'rows.jsonl')
  await movie.exportRows({ ...request, to })
  await movie.exportRows({ ...request, to: join(folder, 'rows.parquet') })
  const text = await readFile(to, 'utf8')
  const bytes = await readFile(join(folder, 'rows.parquet'))
  const [ofParquet] = await parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  })
  return { text: text.trimEnd(), ofParquet }
}

test('a column of the user keeps its name, and what was made gets another', async () => {
  const list = [{ name: 'fox', 'Judge.Reason': 'mine', '_Judge.Reason': 'mine too' }]
  const { text, ofParquet } = await lines({ row: { over: '${inputs.list}' } }, list)
  expect(JSON.parse(text)).toMatchObject({
    'Judge.Reason': 'mine',
    '_Judge.Reason': 'mine too',
    '__Judge.Reason': 'as fox',
  })
  expect(text.match(/"Judge\.Reason":/g)).toHaveLength(1)
  expect(ofParquet).toMatchObject({ 'Judge.Reason': 'mine', '__Judge.Reason': 'as fox' })
})

test('an outer loop may be called like a column of ours', async () => {
  const list = [{ rows: [{ name: 'fox' }] }]
  const loops = { status: { over: '${inputs.list}' }, row: { over: '${status.rows}' } }
  const { text, ofParquet } = await lines(loops, list, { rows: 'row' })
  expect(JSON.parse(text)).toMatchObject({ status: 0, name: 'fox', _status: 'succeeded' })
  expect(ofParquet).toMatchObject({ _status: 'succeeded' })
})
