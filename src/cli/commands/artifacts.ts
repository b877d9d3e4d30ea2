import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Engine } from '../../engine/engine.js'
import type { MovieArtifact } from '../../engine/operations/movie-status.js'
import { isShowrunnerError, ShowrunnerError } from '../../model/error/error.js'
import { valueText } from '../../model/hash.js'
import { globPattern } from '../../model/linear-pattern.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import { INSPECT } from '../declare/command-group.js'
import { gather } from '../declare/option-values.js'
import { movieCommand, type OptionsOf } from '../declare/store-command.js'
import { ArtifactFileNames } from '../display/artifact-file-name.js'
import { formatCount, printJson, printLine, tell } from '../display/output.js'
import { openForReading } from '../open-engine.js'

const declared = movieCommand('artifacts')
  .description('the artifacts of a movie; --export writes them as files')
  .helpGroup(INSPECT)
  .option('--id <pattern>', 'only ids that match; * stands for anything', gather)
  .option('--export <dir>', 'folder to write the artifacts to')
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner artifacts my-book --id "Producer:Picture*.Image"
  $ showrunner artifacts my-book --export ./out            writes every artifact as a file`,
  )

export const command = declared.action(artifacts)

async function artifacts(id: string, options: OptionsOf<typeof declared>): Promise<void> {
  await using engine = await openForReading(options)
  const isWanted = matcher(options.id ?? [])
  const folder = options.export === undefined ? undefined : resolve(options.export)
  if (folder) await makeFolders(folder).catch(refuse(folder))
  const names = new ArtifactFileNames()
  let count = 0
  for await (const record of engine.movie(id).artifacts()) {
    if (!isWanted(record.artifactId)) continue
    count++
    if (folder) await exportTo(join(folder, names.nameOf(record)), engine, id, record).catch(refuse(folder))
    else if (options.json) await printJson(record)
    else await printLine(`${record.artifactId}  ${preview(record)}${marks(record)}`)
  }
  if (!folder) {
    // Nothing at all looks like an empty movie, and is mostly a pattern that is misspelt.
    if (count === 0 && options.id)
      tell(`No artifact of ${id} fits ${options.id.join(', ')}. "artifacts ${id}" lists them.\n`)
    return
  }
  if (options.json) await printJson({ movieId: id, exported: count, folder })
  else await printLine(`${formatCount(count)} artifacts written to ${folder}`)
}

/** Ids contain brackets, so a pattern knows only `*`. */
function matcher(patterns: readonly string[]): (id: string) => boolean {
  if (patterns.length === 0) return () => true
  const globs = patterns.map(pattern => globPattern(pattern, 'Producer:'))
  return id => globs.some(glob => glob.test(id))
}

/** One by one: asked for all at once, Node tries for ever where the system takes no folder, as in /proc. */
async function makeFolders(folder: string): Promise<void> {
  const isThere = await stat(folder).then(
    found => found.isDirectory(),
    () => false,
  )
  if (isThere) return
  if (dirname(folder) !== folder) await makeFolders(dirname(folder))
  await mkdir(folder).catch(error => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
}

/** Puts the file system's own refusals into words; errors of the store have theirs. */
function refuse(folder: string): (error: unknown) => never {
  return error => {
    if (isShowrunnerError(error)) throw error
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `The artifacts cannot be written to ${folder}: ${(error as Error).message}. Choose another folder, or make space.`,
      { cause: error },
    )
  }
}

/**
 * Written beside its name and then moved there: a file that is there is replaced whole, and a link, FIFO or device of
 * that name is replaced itself, and never written through.
 */
async function exportTo(path: string, engine: Engine, movie: string, record: ArtifactRecord): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.part`)
  const bytes = record.blob
    ? engine.movie(movie).blob(record.blob).stream()
    : [valueText(record.value ?? null)]
  try {
    await pipeline(Readable.from(bytes), createWriteStream(temporary, { flags: 'wx' }))
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
}

/** `  (pinned, gone)`: whose version it is, and whether the last run had a place for it. */
function marks({ keep, isGone }: MovieArtifact): string {
  const words = [...(keep ? [keep] : []), ...(isGone ? ['gone'] : [])]
  return words.length === 0 ? '' : `  (${words.join(', ')})`
}

const PREVIEW_CHARACTERS = 80

function preview({ value, blob }: ArtifactRecord): string {
  if (blob) return `${blob.mimeType} ${formatCount(blob.sizeBytes)} bytes`
  const text = JSON.stringify(value)
  return text.length > PREVIEW_CHARACTERS ? `${text.slice(0, PREVIEW_CHARACTERS)}…` : text
}
