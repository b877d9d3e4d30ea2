import type { LoopSpec } from '../../blueprint/blueprint.js'
import type { MovieId, RunId } from '../../model/id.js'
import { type JsonObject, type JsonValue, valueAt } from '../../model/json.js'
import { layout } from '../../storage/layout.js'
import { WholeLines } from '../../storage/log/whole-lines.js'
import type { Store } from '../../storage/store.js'

const NEWLINE = 0x0a

/**
 * The elements of a loop, as the record of a run has them: with secrets masked. Undefined ones for a loop that only
 * counts. The record has one row a line, so that they are parsed one by one.
 */
export async function* recordedElements(
  store: Store,
  movie: MovieId,
  runId: RunId,
  loop: LoopSpec | undefined,
): AsyncGenerator<JsonValue | undefined, void, undefined> {
  if (loop?.type !== 'over' || loop.over.type !== 'input') return
  const { input, path } = loop.over
  const record = layout.runInputs(movie, runId)
  const sizeBytes = await store.files.size(record)
  if (sizeBytes === undefined) return
  let isInside = false
  for await (const line of linesOf(store.files.readRange(record, 0, sizeBytes))) {
    if (isInside) {
      const isLast = line.endsWith('],') || line.endsWith(']')
      const text = line.replace(isLast ? /\],?$/ : /,$/, '')
      if (text !== '') yield JSON.parse(text) as JsonValue
      if (isLast) return
      continue
    }
    const start = `${JSON.stringify(input)}:`
    if (!line.startsWith(start)) continue
    if (line === `${start}[`) {
      isInside = true
      continue
    }
    const value = JSON.parse(line.slice(start.length).replace(/,$/, '')) as JsonValue
    const list = valueAt(value, path)
    if (Array.isArray(list)) yield* list
    return
  }
}

/** The inputs of a run that are no lists, as its record has them: with secrets masked. */
export async function recordedValues(
  store: Store,
  movie: MovieId,
  runId: RunId,
): Promise<ReadonlyMap<string, JsonValue>> {
  const values = new Map<string, JsonValue>()
  const record = layout.runInputs(movie, runId)
  const sizeBytes = (await store.files.size(record)) ?? 0
  let isInList = false
  for await (const line of linesOf(store.files.readRange(record, 0, sizeBytes))) {
    if (isInList) isInList = !/\],?$/.test(line)
    else if (line.endsWith('":[')) isInList = true
    else if (line.startsWith('"')) {
      const [[name, value]] = Object.entries(JSON.parse(`{${line.replace(/,$/, '')}}`) as JsonObject) as [
        [string, JsonValue],
      ]
      values.set(name, value)
    }
  }
  return values
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const runs = new WholeLines(chunks, 0, Number.MAX_SAFE_INTEGER)
  for await (const { bytes } of runs)
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(NEWLINE, start)
      yield bytes.toString('utf8', start, end)
      start = end + 1
    }
}
