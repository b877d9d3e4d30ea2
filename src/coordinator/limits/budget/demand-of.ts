import type { Demand } from '../../../model/provider/price.js'
import type { ResolvedJob } from '../../../plan/up-to-date/resolved-job.js'

/** What is known of a family's calls before they are made. */
interface DemandTerms extends Pick<Demand, 'images' | 'maxOutputTokens'> {
  /** Bytes of a prompt in the config; undefined: the size of a job's texts matters to nobody. */
  readonly promptBytes: number | undefined
}

/** What a call will ask of its service, as far as its price depends on it. @internal */
export function demandOf(
  { images, maxOutputTokens, promptBytes }: DemandTerms,
  { inputs, loads, fileCount }: Pick<ResolvedJob, 'inputs' | 'loads' | 'fileCount'>,
): Demand {
  const inputFiles = fileCount
  if (promptBytes === undefined) return { images, maxOutputTokens, inputBytes: 0, inputFiles }
  const loadedBytes = loads.reduce((sum, { blob }) => sum + blob.sizeBytes, 0)
  const inputBytes = promptBytes + Buffer.byteLength(JSON.stringify(inputs)) + loadedBytes
  return { images, maxOutputTokens, inputBytes, inputFiles }
}
