import type { Verification } from '../../../index.js'
import { INSPECT } from '../../declare/command-group.js'
import { movieCommand, type OptionsOf } from '../../declare/store-command.js'
import { formatCount, printJson, printLine } from '../../display/output.js'
import { EXIT } from '../../exit/exit-code.js'
import { openForReading } from '../../open-engine.js'

const declared = movieCommand('verify')
  .description("check every line's checksum, every blob's hash, and the manifest against the log")
  .helpGroup(INSPECT)
  .option('--deep', 'read every blob and check its hash, which is always done')

/** What `verify --json` prints. */
export type VerifyOutput = Verification

export const command = declared.action(verify)

async function verify(id: string, options: OptionsOf<typeof declared>): Promise<void> {
  await using engine = await openForReading(options)
  const result = await engine.movie(id).verify()
  if (!result.isClean) process.exitCode = EXIT.failed
  if (options.json) {
    await printJson<VerifyOutput>(result)
    return
  }
  for (const { severity, where, message } of result.findings)
    await printLine(`${severity}  ${where}  ${message}`)
  const { events, blobs, revision } = result.checked
  await printLine(
    result.isClean
      ? `${id}: clean. Checked ${formatCount(events)} events, ${formatCount(blobs)} blobs, manifest revision ${revision}.`
      : `${id}: damaged. Restore the files named above from a copy; the rest of the movie is readable.`,
  )
}
