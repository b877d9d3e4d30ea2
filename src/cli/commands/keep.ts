import { readFile } from 'node:fs/promises'
import type { Engine } from '../../engine/engine.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { JsonValue } from '../../model/json.js'
import { decodeText } from '../../model/media/decode-text.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import { parseJson } from '../../model/parse-json.js'
import { printJson, printLine } from '../display/output.js'
import { openForReading } from '../open-from-cli.js'
import type { StoreOptions } from '../options.js'

interface EditCommandOptions extends StoreOptions {
  readonly file?: string
  readonly text?: string
  readonly base?: string
}

export async function edit(id: string, artifact: string, options: EditCommandOptions): Promise<void> {
  const artifactId = wholeId(artifact)
  await using engine = await openForReading(options)
  const bytes = await newVersion(options)
  const content = await contentFor(engine, id, artifactId, bytes)
  const record = await engine.editArtifact(id, artifactId, content, { base: options.base })
  await tellOf(record, options, 'edited and kept. The next run makes anew what reads it.')
}

export async function pin(id: string, artifactId: string, options: StoreOptions): Promise<void> {
  await using engine = await openForReading(options)
  await tellOf(await engine.pinArtifact(id, wholeId(artifactId)), options, 'pinned.')
}

export async function unpin(id: string, artifactId: string, options: StoreOptions): Promise<void> {
  await using engine = await openForReading(options)
  const before = await keepOf(engine, id, wholeId(artifactId))
  const record = await engine.unpinArtifact(id, wholeId(artifactId))
  if (before !== 'pinned' && before !== 'edited')
    return await tellOf(record, options, 'it was not pinned; nothing changes.')
  const next = record.keep === 'released' ? 'The next run makes it anew.' : 'Its job may change it again.'
  await tellOf(record, options, `unpinned. ${next}`)
}

async function keepOf(engine: Engine, id: string, artifactId: string): Promise<ArtifactRecord['keep']> {
  for await (const record of engine.artifacts(id)) if (record.artifactId === artifactId) return record.keep
  return undefined
}

/** `Picture[3].Image` will do for `Producer:Picture[3].Image`. */
const wholeId = (artifact: string): string =>
  artifact.startsWith('Producer:') ? artifact : `Producer:${artifact}`

async function newVersion({ file, text }: EditCommandOptions): Promise<Buffer> {
  if ((file === undefined) === (text === undefined)) throw usage('Give either --file or --text.')
  if (text !== undefined) return Buffer.from(text)
  try {
    return await readFile(file!)
  } catch (error) {
    throw usage(`${file} cannot be read: ${(error as Error).message}.`)
  }
}

/** Bytes for an artifact of bytes, the text for a text, and what the text says in JSON for everything else. */
async function contentFor(
  engine: Engine,
  id: string,
  artifactId: string,
  bytes: Buffer,
): Promise<Uint8Array | JsonValue> {
  for await (const record of engine.artifacts(id)) {
    if (record.artifactId !== artifactId) continue
    if (record.blob) return bytes
    try {
      const text = decodeText(bytes)
      return typeof record.value === 'string' ? text : parseJson(text)
    } catch (error) {
      const kind = typeof record.value === 'string' ? 'text' : 'JSON'
      throw usage(`${artifactId} is ${kind}, and its new version is not: ${(error as Error).message}`)
    }
  }
  return bytes
}

async function tellOf(record: ArtifactRecord, { json }: StoreOptions, what: string): Promise<void> {
  if (json) await printJson(record)
  else await printLine(`${record.artifactId}: ${what}`)
}

const usage = (message: string): ShowrunnerError => new ShowrunnerError('USAGE_INVALID', message)
