import { printJson, printLine } from '../display/output.js'
import { openForReading } from '../open-from-cli.js'
import type { StoreOptions } from '../options.js'

export async function list(options: StoreOptions): Promise<void> {
  await using engine = await openForReading(options)
  const movies: string[] = []
  for await (const movie of engine.listMovies()) movies.push(movie)
  if (options.json) await printJson({ store: engine.store, movies })
  else if (movies.length === 0) await printLine(`no movies in ${engine.store}`)
  else for (const movie of movies) await printLine(movie)
}
