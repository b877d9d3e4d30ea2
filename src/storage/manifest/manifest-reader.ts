import * as crypto from 'node:crypto'
import type { ShowrunnerError } from '../../model/error/error.js'
import type { JsonObject } from '../../model/json.js'
import { currentArtifactRecord, currentJobRecord } from '../../model/movie/current-names.js'
import type { Expansion } from '../../model/movie/expansion.js'
import type { ArtifactRecord, JobRecord, ManifestHeader } from '../../model/movie/manifest.js'
import type { PastResult } from '../../model/movie/results/past-results.js'
import { WholeLines } from '../log/whole-lines.js'
import type { LoadedManifest, ManifestVisitor } from '../store.js'
import { ListGatherer, type ListRecord } from './list-records.js'
import { type ManifestIdentity, manifestCorrupt, parseRecord, readHeader } from './manifest-header.js'
import {
  ARTIFACTS_AFTER_LISTS_LINE,
  ARTIFACTS_LINE,
  JOBS_LINE,
  LISTS_LINE,
  RESULTS_LINE,
  sealLine,
} from './manifest-text.js'

/** One record of a manifest. */
const MANIFEST_LINE_LIMIT_BYTES = 64 * 1024 * 1024

export interface ManifestSource extends ManifestIdentity {
  readonly chunks: AsyncIterable<Uint8Array>
}

const NEWLINE = 0x0a
const COMMA = 0x2c
const OPEN_BRACE = 0x7b

/** What the next line must be. */
type Part = 'header' | 'artifacts' | 'list' | 'artifact' | 'job' | 'result' | 'end'

/** Parts of records. */
const RECORD_PARTS: ReadonlySet<Part> = new Set(['list', 'artifact', 'job', 'result'])

/** Reads a manifest line by line, handing records over as they come. @throws `MANIFEST_CORRUPT` */
export async function readManifest(
  source: ManifestSource,
  visitor: ManifestVisitor,
): Promise<LoadedManifest> {
  const reader = new ManifestReader(source, visitor)
  const lines = new WholeLines(source.chunks, 0, MANIFEST_LINE_LIMIT_BYTES)
  for await (const { bytes } of lines) reader.take(bytes)
  return reader.end(lines.tail.sizeBytes)
}

class ManifestReader {
  readonly #source: ManifestSource
  readonly #visitor: ManifestVisitor
  readonly #hash = crypto.createHash('sha256')
  readonly #lists = new ListGatherer()
  #header: ManifestHeader | undefined
  #part: Part = 'header'
  #line = 0
  /** The record before ended with a comma, so another one must follow; undefined before the first. */
  #hasComma: boolean | undefined

  constructor(source: ManifestSource, visitor: ManifestVisitor) {
    this.#source = source
    this.#visitor = visitor
  }

  take(bytes: Buffer): void {
    let hashedTo = 0
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(NEWLINE, start)
      this.#line += 1
      if (RECORD_PARTS.has(this.#part) && bytes[start] === OPEN_BRACE) this.#takeRecord(bytes, start, end)
      else {
        // The seal is over all lines before it.
        this.#hash.update(bytes.subarray(hashedTo, start))
        hashedTo = start
        this.#takeFrame(bytes.toString('utf8', start, end))
      }
      start = end + 1
    }
    this.#hash.update(bytes.subarray(hashedTo))
  }

  end(tailBytes: number): LoadedManifest {
    if (this.#part !== 'end' || tailBytes > 0) {
      this.#line += 1
      throw this.#corrupt(this.#part === 'end' ? 'something follows the end' : 'the file ends too early')
    }
    return { header: this.#header!, hash: this.#hash.digest('hex') }
  }

  #takeRecord(bytes: Buffer, start: number, end: number): void {
    if (this.#hasComma === false) throw this.#corrupt('the line before it lacks a comma')
    this.#hasComma = bytes[end - 1] === COMMA
    const record = this.#parse(bytes.toString('utf8', start, this.#hasComma ? end - 1 : end))
    if (this.#part === 'artifact') {
      if (typeof record.artifactId !== 'string' || typeof record.hash !== 'string') {
        throw this.#corrupt('it is not an artifact')
      }
      this.#visitor.artifact(currentArtifactRecord(record) as unknown as ArtifactRecord)
    } else if (this.#part === 'list') {
      this.#takeList(record)
    } else if (this.#part === 'result') {
      if (typeof record.jobId !== 'string' || !Array.isArray(record.artifacts))
        throw this.#corrupt('it is not a result')
      this.#visitor.result?.(record as unknown as PastResult)
    } else {
      if (typeof record.jobId !== 'string' || typeof record.state !== 'string') {
        throw this.#corrupt('it is not a job')
      }
      this.#visitor.job(currentJobRecord(record) as unknown as JobRecord)
    }
  }

  /** A list, or more keys of the one before. */
  #takeList(record: JsonObject): void {
    if (typeof record.loop !== 'string' && !(this.#lists.isOpen && Array.isArray(record.keys)))
      throw this.#corrupt('it is not a list')
    this.#visitList(this.#lists.take(record as unknown as ListRecord))
  }

  #visitList(list: Expansion | undefined): void {
    if (list !== undefined) this.#visitor.list?.(list)
  }

  /** Lines that are no records: the header, the brackets of the lists, the seal. */
  #takeFrame(line: string): void {
    if (this.#hasComma) throw this.#corrupt('a record was expected')
    this.#hasComma = undefined
    if (this.#part === 'header') {
      const { header, lists } = readHeader(this.#source, line)
      this.#header = header
      for (const list of lists) this.#visitList(list)
      this.#part = 'artifacts'
    } else if (this.#part === 'artifacts' && line === LISTS_LINE) {
      this.#part = 'list'
    } else if (this.#part === 'list' && line === ARTIFACTS_AFTER_LISTS_LINE) {
      this.#visitList(this.#lists.end())
      this.#part = 'artifact'
    } else if (this.#part === 'artifacts' && line === ARTIFACTS_LINE) {
      this.#part = 'artifact'
    } else if (this.#part === 'artifact' && line === JOBS_LINE) {
      this.#part = 'job'
    } else if (this.#part === 'job' && line === RESULTS_LINE) {
      this.#part = 'result'
    } else if ((this.#part === 'job' || this.#part === 'result') && line.startsWith(']')) {
      if (line !== sealLine(this.#hash.copy().digest('hex'))) {
        throw this.#corrupt('the SHA-256 here is not that of the lines before it, one of which is damaged')
      }
      this.#part = 'end'
    } else {
      throw this.#corrupt(`"${line.slice(0, 40)}" is not expected here`)
    }
  }

  #parse(text: string): JsonObject {
    return parseRecord(this.#source, this.#line, text)
  }

  #corrupt(reason: string): ShowrunnerError {
    return manifestCorrupt(this.#source, this.#line, reason)
  }
}
