import { formatCount, printJson, printLine } from '../display/output.js'
import { EXIT } from '../exit-code.js'
import { openForReading } from '../open-from-cli.js'
import type { StoreOptions } from '../options.js'

export async function verify(id: string, options: StoreOptions): Promise<void> {
  await using engine = await openForReading(options)
  const result = await engine.verify(id)
  if (!result.isClean) process.exitCode = EXIT.failed
  if (options.json) {
    await printJson(result)
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
