import { INSPECT } from '../../declare/command-group.js'
import { type StoreFlags, storeCommand } from '../../declare/store-command.js'
import { printJson, printLine } from '../../display/output.js'
import { openForReading } from '../../open-engine.js'

/** What `list --json` prints. */
export interface ListOutput {
  /** URL of the store. */
  readonly store: string
  readonly movies: readonly string[]
}

export const command = storeCommand('list')
  .description('the movies in the store')
  .helpGroup(INSPECT)
  .action(list)

async function list(options: StoreFlags): Promise<void> {
  await using engine = await openForReading(options)
  const movies: string[] = []
  for await (const movie of engine.listMovies()) movies.push(movie)
  if (options.json) await printJson<ListOutput>({ store: engine.store, movies })
  else if (movies.length === 0) await printLine(`no movies in ${engine.store}`)
  else for (const movie of movies) await printLine(movie)
}
