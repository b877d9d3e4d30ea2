import * as crypto from 'node:crypto'
import type { Expansion } from '../../model/movie/expansion.js'
import type { ArtifactRecord, JobRecord, ManifestHeader } from '../../model/movie/manifest.js'
import { artifactRecordJson, jobRecordJson } from '../../model/movie/record-json.js'
import type { PastResult } from '../../model/movie/results/past-results.js'
import { listRecords } from './list-records.js'

/*
 * A manifest is one JSON document with one record a line, so that it can be written and read as a stream:
 *
 *   {"format":"showrunner-manifest",…header…,
 *   "lists":[
 *   {"loop":"scene","parents":["fox"],…,"keys":["den","hunt"]},
 *   {"keys":["home"]}
 *   ],"artifacts":[
 *   {"artifactId":"Producer:Script.Title",…},
 *   {"artifactId":"Producer:Script.Pages[0]",…}
 *   ],"jobs":[
 *   {"jobId":"Producer:Script",…}
 *   ],"results":[
 *   {"jobId":"Producer:Script","inputsHash":…,"artifacts":[…]}
 *   ],"sha256":"…of all lines before this one…"}
 *
 * The lists that jobs have made and the results are left out when there are none. The keys of a long list go on in
 * the lines after its own, which have nothing else.
 */
export const LISTS_LINE = '"lists":['
export const ARTIFACTS_LINE = '"artifacts":['
export const ARTIFACTS_AFTER_LISTS_LINE = `],${ARTIFACTS_LINE}`
export const JOBS_LINE = '],"jobs":['
export const RESULTS_LINE = '],"results":['
export const sealLine = (sha256: string): string => `],"sha256":"${sha256}"}`

const CHUNK_BYTES = 512 * 1024
/** A UTF-16 unit takes up to three bytes in UTF-8. */
const MOST_BYTES_A_CHAR = 3

export interface ManifestRecords {
  readonly header: ManifestHeader
  /** Absent: none. */
  readonly lists?: Iterable<Expansion> | undefined
  readonly artifacts: Iterable<ArtifactRecord>
  readonly jobs: Iterable<JobRecord>
  /** Absent: none. */
  readonly results?: readonly PastResult[] | undefined
}

/** Writes the document in chunks; `onHash` gets the SHA-256 of the whole file after the last one. */
export async function* manifestText(
  records: ManifestRecords,
  onHash: (sha256: string) => void,
): AsyncGenerator<Buffer> {
  const hash = crypto.createHash('sha256')
  let bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  let usedBytes = 0
  const take = (): Buffer => {
    const chunk = bytes.subarray(0, usedBytes)
    hash.update(chunk)
    return chunk
  }
  // Each line is written into its place: joining them first takes as long as everything else.
  for (const line of lines(records)) {
    const mostBytes = line.length * MOST_BYTES_A_CHAR
    if (usedBytes + mostBytes > bytes.length) {
      yield take()
      bytes = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, mostBytes))
      usedBytes = 0
    }
    usedBytes += bytes.write(line, usedBytes)
  }
  yield take()
  const seal = Buffer.from(`${sealLine(hash.copy().digest('hex'))}\n`)
  yield seal
  onHash(hash.update(seal).digest('hex'))
}

function* lines({ header, lists = [], artifacts, jobs, results = [] }: ManifestRecords): Generator<string> {
  yield `${JSON.stringify(header).slice(0, -1)},\n`
  let hasLists = false
  for (const line of recordLines(listRecords(lists), JSON.stringify)) {
    if (!hasLists) yield `${LISTS_LINE}\n`
    hasLists = true
    yield line
  }
  yield `${hasLists ? ARTIFACTS_AFTER_LISTS_LINE : ARTIFACTS_LINE}\n`
  yield* recordLines(artifacts, artifactRecordJson)
  yield `${JOBS_LINE}\n`
  yield* recordLines(jobs, jobRecordJson)
  if (results.length === 0) return
  yield `${RESULTS_LINE}\n`
  yield* recordLines(results, JSON.stringify)
}

function* recordLines<Item>(records: Iterable<Item>, json: (record: Item) => string): Generator<string> {
  let line: string | undefined
  for (const record of records) {
    if (line !== undefined) yield `${line},\n`
    line = json(record)
  }
  if (line !== undefined) yield `${line}\n`
}
