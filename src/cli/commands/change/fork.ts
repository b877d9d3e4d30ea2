import type { ForkResult } from '../../../index.js'
import { CHANGE } from '../../declare/command-group.js'
import { momentOption } from '../../declare/option-values.js'
import { movieCommand, type OptionsOf } from '../../declare/store-command.js'
import { formatCount, printJson, printLine } from '../../display/output.js'
import { openForReading } from '../../open-engine.js'

const declared = movieCommand('fork')
  .description('make a new movie with what this one had at a moment')
  .helpGroup(CHANGE)
  .requiredOption('--as <movie>', "the new movie's id")
  .option('--at <moment>', 'event number, run id or time (default: now)', momentOption)
  .addHelpText(
    'after',
    `
Example:
  $ showrunner fork my-book --at 1200 --as my-book-in-blue`,
  )

/** What `fork --json` prints. */
export type ForkOutput = ForkResult

export const command = declared.action(fork)

async function fork(id: string, options: OptionsOf<typeof declared>): Promise<void> {
  await using engine = await openForReading(options)
  const result = await engine.movie(id).fork({ as: options.as, at: options.at })
  if (options.json) {
    await printJson<ForkOutput>(result)
    return
  }
  const { movieId, at, blobs, sharedBlobs, missingBlobs } = result
  const missing =
    missingBlobs === 0 ? '' : ` ${formatCount(missingBlobs)} blobs were not in the store any more.`
  await printLine(
    `${movieId}: forked from ${id} at event ${formatCount(at.seq)}: ${formatCount(blobs)} blobs, ${formatCount(sharedBlobs)} of them shared.${missing} To go on with it: showrunner run <blueprint> --movie ${movieId}`,
  )
}
