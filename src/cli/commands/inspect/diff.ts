import type { ArtifactChange, MovieDiff } from '../../../index.js'
import { INSPECT } from '../../declare/command-group.js'
import { momentOption } from '../../declare/option-values.js'
import { movieCommand, type OptionsOf } from '../../declare/store-command.js'
import { changeLine, diffLines } from '../../display/history/diff-text.js'
import { printJson, printLine } from '../../display/output.js'
import { openForReading } from '../../open-engine.js'

const declared = movieCommand('diff')
  .argument('[other]', 'another movie, to compare with')
  .description('what was made, changed, moved and removed between two moments, and what it cost')
  .helpGroup(INSPECT)
  .option('--from <moment>', 'event number, run id or time (default: before the last run)', momentOption)
  .option('--to <moment>', 'event number, run id or time (default: now)', momentOption)
  .option('--all', 'every artifact that differs, one a line')
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner diff my-book                              what the last run did
  $ showrunner diff my-book --from 1200 --to 2026-11-27T21:00Z
  $ showrunner diff my-book my-other-book --all`,
  )

/** What `diff --json` prints; with --all a line an artifact that differs. */
export type DiffOutput = Omit<MovieDiff, 'changes'> | ArtifactChange

export const command = declared.action(diff)

async function diff(
  id: string,
  other: string | undefined,
  options: OptionsOf<typeof declared>,
): Promise<void> {
  await using engine = await openForReading(options)
  const { from, to } = options
  const { changes, ...found } = await engine.movie(id).diff({ from, to, other })
  if (options.all) {
    for (const change of changes())
      await (options.json ? printJson<DiffOutput>(change) : printLine(changeLine(change)))
  } else if (options.json) await printJson<DiffOutput>(found)
  else for (const line of diffLines({ ...found, changes })) await printLine(line)
}
