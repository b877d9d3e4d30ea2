import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Movie, MovieReview } from '../../../index.js'
import { printJson } from '../output.js'
import { csvPrinter } from './review-csv.js'

/** A line of `review export`: one artifact that waits for a person. */
export interface ReviewExportOutput {
  readonly artifactId: string
  /** Of the version to judge. */
  readonly hash: string
  readonly producer: string
  readonly output: string
  readonly key: string | number | readonly (string | number)[] | null
  /** A text or another value to judge. */
  readonly value?: unknown
  /** A file to judge: what it is, and where it was written. */
  readonly mimeType?: string
  readonly path?: string
  /** The elements that it was made for, by loop. */
  readonly caption: Readonly<Record<string, unknown>>
  /** To be set: `approve`, `reject` or `edit`. */
  readonly decision: null
  /** To be set: what is to become different. */
  readonly note: null
}

/** One for a line of JSON each, the other for a spreadsheet. */
export const REVIEW_FORMATS = ['jsonl', 'csv'] as const

interface ExportOptions {
  /** Files to judge are written into it. @default they are written nowhere */
  readonly files?: string | undefined
  /** @default jsonl */
  readonly format?: (typeof REVIEW_FORMATS)[number] | undefined
}

/** Prints what waits for people, one a line. */
export async function exportReviews(
  movie: Pick<Movie, 'reviews'>,
  { files: folder, format }: ExportOptions,
): Promise<void> {
  if (folder !== undefined) await mkdir(folder, { recursive: true })
  const print = format === 'csv' ? await csvPrinter() : printJson<ReviewExportOutput>
  for await (const review of movie.reviews()) {
    const { artifactId, hash, producer, output, key = null, value, blob, caption } = review
    const path = blob && folder !== undefined ? join(folder, fileName(review)) : undefined
    if (path !== undefined) await replaceFile(path, await blob!.bytes())
    await print({
      artifactId,
      hash,
      producer,
      output,
      key,
      ...(value !== undefined && { value }),
      ...(blob && { mimeType: blob.mimeType }),
      ...(path !== undefined && { path }),
      caption,
      decision: null,
      note: null,
    })
  }
}

/** With the beginning of its hash, since ids may differ in what no file name has. */
/** Nothing is written through a link or a FIFO of that name. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  await rm(path, { force: true })
  await writeFile(path, bytes, { flag: 'wx' })
}

function fileName({ artifactId, hash, blob }: MovieReview): string {
  const name = artifactId.replace('Producer:', '').replaceAll(/[^\w.]+/g, '-')
  const [, kind = 'bin'] = /\/([\w.-]+)/.exec(blob!.mimeType) ?? []
  return `${name.slice(0, 100)}.${hash.slice(0, 8)}.${kind === 'jpeg' ? 'jpg' : kind}`
}
