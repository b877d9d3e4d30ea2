import { INSPECT } from '../../declare/command-group.js'
import { portOption } from '../../declare/option-values.js'
import { type OptionsOf, storeCommand } from '../../declare/store-command.js'
import { printJson, printLine, tell } from '../../display/output.js'
import { checkMovie } from '../../input/check-movie.js'
import { openForReading } from '../../open-engine.js'
import { openInBrowser } from '../../open-in-browser.js'
import { untilInterrupted } from '../../until-interrupted.js'

const declared = storeCommand('ui')
  .argument('[movie]', 'movie to show first')
  .description('a page in the browser: what runs, what was made, what failed and why')
  .helpGroup(INSPECT)
  .option('--port <n>', 'port on this machine (default: a free one)', portOption)
  .option('--open', 'open it in the browser')
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner ui --open
  $ showrunner ui my-book --store s3://bucket/movies --port 4400

The page is for this machine alone; the token in its address opens it. It reads the store, and follows runs of any
process that writes there. Ctrl-C ends it.`,
  )

/** What `ui --json` prints. */
export interface UiOutput {
  /** With the token that the page needs. */
  readonly url: string
  readonly port: number
}

export const command = declared.action(ui)

async function ui(movie: string | undefined, options: OptionsOf<typeof declared>): Promise<void> {
  await using engine = await openForReading(options)
  if (movie !== undefined) await checkMovie(engine, movie)
  await using page = await engine.serve({ port: options.port, movie })
  if (options.json) await printJson<UiOutput>({ url: page.url, port: page.port })
  else await printLine(`Showrunner is at ${page.url}`)
  if (!options.json) tell('It is for this machine alone. Press Ctrl-C to end it.')
  if (options.open) await openInBrowser(page.url)
  await untilInterrupted()
}
