import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ShowrunnerError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import type { Store } from '../../storage/store.js'
import { writableOr } from '../export/writable-or.js'
import { type LoopRows, openLoopRows } from '../movie/loop-rows.js'
import type { MovieRow } from '../movie/movie-row.js'
import { blobPlacement } from './blob-placement.js'
import { checkTableRequest } from './check-table-request.js'
import { datasetCard } from './dataset-card.js'
import { TABLE_FORMATS, type TableFormatName } from './format/table-formats.js'
import { RowBatch } from './row-batch.js'
import { StagedOutput } from './staged-output.js'
import type { TableColumn } from './table-column.js'
import { TableFiles } from './table-files.js'
import { TableLayout } from './table-layout.js'
import type { TableRequest, TableResult } from './table-request.js'
import { type TableTarget, tableTarget } from './table-target.js'

/** Progress is told after this many rows. */
const PROGRESS_ROWS = 5_000

/**
 * Of `movie.exportRows()`. Reads the movie's rows one by one and writes them as they come.
 * @throws ShowrunnerError `MOVIE_NOT_FOUND`, `USAGE_INVALID`, `LOG_CORRUPT`, `BLOB_MISSING`, `BLOB_CORRUPT`
 */
export async function exportRows(
  store: Store,
  movieId: MovieId,
  request: TableRequest,
): Promise<TableResult> {
  checkTableRequest(request)
  const { target, format } = tableTarget(request)
  await using staged = new StagedOutput(request.force ?? false)
  if (target.type !== 'stream') await staged.claim(target.path)
  using rows = await openLoopRows(store, movieId, request.rows, request.signal)
  if (rows === undefined)
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `Nothing is known of the rows of ${movieId}: the record of its last run is missing. Run it once more; what is there is not made again.`,
    )
  try {
    const result = await writeTable(staged, target, format, rows, request, movieId)
    await staged.commit()
    return result
  } catch (error) {
    if (target.type === 'stream') throw error
    throw writableOr(error, `The table cannot be written to ${target.path}`)
  }
}

async function writeTable(
  staged: StagedOutput,
  target: TableTarget,
  formatName: TableFormatName,
  rows: LoopRows,
  request: TableRequest,
  movieId: MovieId,
): Promise<TableResult> {
  const format = TABLE_FORMATS[formatName]
  const layout = await TableLayout.of(rows, request)
  const folder = target.type === 'folder' ? await staged.folder(target.path) : undefined
  const { place, holdsBytes, files } = await blobPlacement(staged, target, folder, request, format, layout)
  const columns = holdsBytes ? layout.columns : layout.columns.map(withTexts)
  const { escapeFormulas = false, byteOrderMark = false, shardBytes } = request
  const options = { format, columns, escapeFormulas, byteOrderMark, shardBytes }
  const table = await TableFiles.of(staged, target, folder, options)
  const counts = { rows: 0, leftOut: 0 }
  const batch = new RowBatch()
  for await (const row of wantedRows(rows, request, counts)) {
    batch.add(await layout.cells(row, place))
    if (batch.isFull) await table.write(batch.take())
  }
  await table.write(batch.take())
  await table.finish()
  if (folder !== undefined) {
    const { ending } = format
    const facts = {
      movieId,
      loop: rows.loop,
      rows: counts.rows,
      ending,
      columns,
      hasFiles: files !== undefined,
    }
    await writeFile(join(folder, 'README.md'), datasetCard(facts))
  }
  return {
    loop: rows.loop,
    format: formatName,
    ...(target.type !== 'stream' && { path: target.path }),
    ...counts,
    columns: columns.map(({ name }) => name),
    files: files?.count ?? 0,
    sizeBytes: table.sizeBytes + (files?.sizeBytes ?? 0),
  }
}

/** A column of bytes that has texts in their place. */
const withTexts = (column: TableColumn): TableColumn =>
  column.type === 'bytes' ? { ...column, type: 'text' } : column

async function* wantedRows(
  rows: LoopRows,
  { only, onlyAccepted, rejected, signal, onProgress }: TableRequest,
  counts: { rows: number; leftOut: number },
): AsyncGenerator<MovieRow, void, undefined> {
  let read = 0
  for await (const row of rows.read({ signal })) {
    if (++read % PROGRESS_ROWS === 0) onProgress?.({ rows: read, total: rows.count })
    const isLeftOut =
      (onlyAccepted === true && row.accepted === false) ||
      (rejected === true && row.jobs.every(job => job.rejected === undefined)) ||
      (only !== undefined && !only.includes(row.status))
    if (isLeftOut) counts.leftOut++
    else {
      counts.rows++
      yield row
    }
  }
}
