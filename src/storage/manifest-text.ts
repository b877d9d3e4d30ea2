import * as crypto from 'node:crypto'
import type { ArtifactRecord, JobRecord, ManifestHeader } from '../model/manifest.js'
import { artifactRecordJson, jobRecordJson } from '../model/record-json.js'

/*
 * A manifest is one JSON document with one record a line, so that it can be written and read as a stream:
 *
 *   {"format":"showrunner-manifest",…header…,
 *   "artifacts":[
 *   {"artifactId":"Producer:Script.Title",…},
 *   {"artifactId":"Producer:Script.Pages[0]",…}
 *   ],"jobs":[
 *   {"jobId":"Producer:Script",…}
 *   ],"sha256":"…of all lines before this one…"}
 */
export const ARTIFACTS_LINE = '"artifacts":['
export const JOBS_LINE = '],"jobs":['
export const sealLine = (sha256: string): string => `],"sha256":"${sha256}"}`

const CHUNK_CHARS = 256 * 1024

export interface ManifestRecords {
  readonly header: ManifestHeader
  readonly artifacts: Iterable<ArtifactRecord>
  readonly jobs: Iterable<JobRecord>
}

/** Writes the document in chunks; `onHash` gets the SHA-256 of the whole file after the last one. */
export async function* manifestText(
  { header, artifacts, jobs }: ManifestRecords,
  onHash: (sha256: string) => void,
): AsyncGenerator<Buffer> {
  const hash = crypto.createHash('sha256')
  let text = `${JSON.stringify(header).slice(0, -1)},\n${ARTIFACTS_LINE}\n`
  const take = (): Buffer => {
    const bytes = Buffer.from(text)
    hash.update(bytes)
    text = ''
    return bytes
  }
  for (const line of recordLines(artifacts, artifactRecordJson)) {
    text += line
    if (text.length > CHUNK_CHARS) yield take()
  }
  text += `${JOBS_LINE}\n`
  for (const line of recordLines(jobs, jobRecordJson)) {
    text += line
    if (text.length > CHUNK_CHARS) yield take()
  }
  yield take()
  text = `${sealLine(hash.copy().digest('hex'))}\n`
  yield take()
  onHash(hash.digest('hex'))
}

function* recordLines<Item>(records: Iterable<Item>, json: (record: Item) => string): Generator<string> {
  let line: string | undefined
  for (const record of records) {
    if (line !== undefined) yield `${line},\n`
    line = json(record)
  }
  if (line !== undefined) yield `${line}\n`
}
