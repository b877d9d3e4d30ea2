import { readFile } from 'node:fs/promises'
import { type ArtifactRecord, type Engine, type JsonValue, ShowrunnerError } from '../../../index.js'
import { decodeText, parseJson } from '../../../provider.js'
import { CHANGE } from '../../declare/command-group.js'
import { artifactCommand, type OptionsOf } from '../../declare/store-command.js'
import { tellOfArtifact } from '../../display/artifacts/artifact-text.js'
import { wholeArtifactId } from '../../input/artifact-id.js'
import { openForReading } from '../../open-engine.js'

const declared = artifactCommand('edit')
  .description('replace an artifact with a version of your own, which later runs keep')
  .helpGroup(CHANGE)
  .option('--file <path>', 'the new version, in a file')
  .option('--text <text>', 'the new version')
  .option('--base <hash>', 'refuse when the current version has another hash')
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner edit my-book "Producer:Picture[3].Image" --file better.png
  $ showrunner edit my-book "Producer:Script.Title" --text "The Fox"`,
  )

/** What `edit --json` prints. */
export type EditOutput = ArtifactRecord

export const command = declared.action(edit)

type EditOptions = OptionsOf<typeof declared>

async function edit(id: string, artifact: string, options: EditOptions): Promise<void> {
  const artifactId = wholeArtifactId(artifact)
  await using engine = await openForReading(options)
  const bytes = await newVersion(options)
  const content = await contentFor(engine, id, artifactId, bytes)
  const record = await engine.movie(id).edit(artifactId, content, { base: options.base })
  await tellOfArtifact(record, options, 'edited: later runs keep it. The next run regenerates what reads it.')
}

async function newVersion({ file, text }: EditOptions): Promise<Buffer> {
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
  for await (const record of engine.movie(id).artifacts({ ids: [artifactId] })) {
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

const usage = (message: string): ShowrunnerError => new ShowrunnerError('USAGE_INVALID', message)
