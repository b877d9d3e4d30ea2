import { Command } from '@commander-js/extra-typings'
import type { CopyResult } from '../../../index.js'
import { CHANGE } from '../../declare/command-group.js'
import { CONFIG_OPTION, JSON_OPTION, type OptionsOf } from '../../declare/store-command.js'
import { formatCount, printJson, printLine } from '../../display/output.js'
import { openForReading } from '../../open-engine.js'

const declared = new Command('copy')
  .argument('<movie>', 'movie id')
  .description('copy a movie into another store, checking every hash')
  .helpGroup(CHANGE)
  .option('--from <url>', 'store to copy from (default: that of the config, or file:./movies)')
  .requiredOption('--to <url>', 'store to copy to')
  .option(...CONFIG_OPTION)
  .option(...JSON_OPTION)
  .addHelpText(
    'after',
    `
Example:
  $ showrunner copy my-book --to "s3://my-bucket/movies?region=eu-central-1"`,
  )

/** What `copy --json` prints. */
export type CopyOutput = CopyResult

export const command = declared.action(copy)

async function copy(id: string, options: OptionsOf<typeof declared>): Promise<void> {
  await using engine = await openForReading({ ...options, ...(options.from && { store: options.from }) })
  const result = await engine.movie(id).copy(options.to)
  if (options.json) await printJson<CopyOutput>(result)
  else
    await printLine(
      `${id}: copied from ${result.from} to ${result.to}: ${formatCount(result.events)} events, ${formatCount(result.blobs)} blobs (${formatCount(result.blobBytes)} bytes). Check it: showrunner verify ${id} --store "${result.to}"`,
    )
}
