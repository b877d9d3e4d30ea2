import * as crypto from 'node:crypto'
import type { Expansion } from '../../model/movie/expansion.js'
import type { ArtifactRecord, JobRecord, ManifestHeader } from '../../model/movie/manifest.js'
import { artifactRecordJson, jobRecordJson } from '../../model/movie/record-json.js'
import type { PastResult } from '../../model/movie/results/past-results.js'
import { listRecords } from './list-records.js'
import { RecordLines } from './record-lines.js'

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
  { header, lists, artifacts, jobs, results = [] }: ManifestRecords,
  onHash: (sha256: string) => void,
): AsyncGenerator<Buffer> {
  const hash = crypto.createHash('sha256')
  const lines = new RecordLines(chunk => hash.update(chunk))
  lines.add(`${JSON.stringify(header).slice(0, -1)},\n`)
  if (lists !== undefined) yield* lines.section(LISTS_LINE, listRecords(lists), JSON.stringify)
  const opening = lists === undefined ? ARTIFACTS_LINE : ARTIFACTS_AFTER_LISTS_LINE
  yield* lines.section(opening, artifacts, artifactRecordJson)
  yield* lines.section(JOBS_LINE, jobs, jobRecordJson)
  if (results.length > 0) yield* lines.section(RESULTS_LINE, results, JSON.stringify)
  yield lines.take()
  const seal = Buffer.from(`${sealLine(hash.copy().digest('hex'))}\n`)
  yield seal
  onHash(hash.update(seal).digest('hex'))
}
