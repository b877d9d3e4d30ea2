import { formatCount, printJson, printLine } from '../display/output.js'
import { openForReading } from '../open-from-cli.js'
import type { StoreOptions } from '../options.js'

export async function copy(
  id: string,
  options: StoreOptions & { readonly from?: string; readonly to: string },
): Promise<void> {
  await using engine = await openForReading({ ...options, ...(options.from && { store: options.from }) })
  const result = await engine.copy(id, options.to)
  if (options.json) await printJson(result)
  else
    await printLine(
      `${id}: copied from ${result.from} to ${result.to}: ${formatCount(result.events)} events, ${formatCount(result.blobs)} blobs (${formatCount(result.blobBytes)} bytes). Check it: showrunner verify ${id} --store "${result.to}"`,
    )
}
