import * as crypto from 'node:crypto'
import type { ShowrunnerError } from '../../model/error/error.js'
import type { JsonObject } from '../../model/json.js'
import { currentArtifactRecord, currentJobRecord } from '../../model/movie/current-names.js'
import type { ArtifactRecord, JobRecord, ManifestHeader } from '../../model/movie/manifest.js'
import type { PastResult } from '../../model/movie/results/past-results.js'
import { WholeLines } from '../log/whole-lines.js'
import type { LoadedManifest } from '../store.js'
import { type ManifestIdentity, manifestCorrupt, parseRecord, readHeader } from './manifest-header.js'
import { ARTIFACTS_LINE, JOBS_LINE, RESULTS_LINE, sealLine } from './manifest-text.js'

/** One record of a manifest. */
const MANIFEST_LINE_LIMIT_BYTES = 64 * 1024 * 1024

export interface ManifestVisitor {
  artifact(record: ArtifactRecord): void
  job(record: JobRecord): void
  /** Absent: nobody asks for results that no job has. */
  result?(record: PastResult): void
}

export interface ManifestSource extends ManifestIdentity {
  readonly chunks: AsyncIterable<Uint8Array>
}

const NEWLINE = 0x0a
const COMMA = 0x2c
const OPEN_BRACE = 0x7b

/** What the next line must be. */
type Part = 'header' | 'artifacts' | 'artifact' | 'job' | 'result' | 'end'

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
      const isRecord = this.#part === 'artifact' || this.#part === 'job' || this.#part === 'result'
      if (isRecord && bytes[start] === OPEN_BRACE) this.#takeRecord(bytes, start, end)
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

  /** Lines that are no records: the header, the brackets of the lists, the seal. */
  #takeFrame(line: string): void {
    if (this.#hasComma) throw this.#corrupt('a record was expected')
    this.#hasComma = undefined
    if (this.#part === 'header') {
      this.#header = readHeader(this.#source, line)
      this.#part = 'artifacts'
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
