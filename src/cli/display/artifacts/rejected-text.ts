import type { OutputBlob, RejectedJob } from '../../../index.js'
import { answererText } from '../progress/services-text.js'
import { oneLineText } from '../terminal-text.js'
import { artifactPreview } from './artifact-text.js'

/** `Producer:Tagline[3].Text  "Buy now!!!"`, and on the next line `  attempt 3, by spare: No exclamation marks.` */
export function rejectedLines({
  jobId,
  outputs = {},
  answer,
  attempt,
  by,
  reason,
  isGone,
}: RejectedJob): string[] {
  const who = by === undefined ? '' : `, by ${answererText(by)}`
  const gone = isGone ? ', gone' : ''
  return [
    ...Object.entries(outputs).map(([name, output]) => `${jobId}.${name}  ${rejectedPreview(output)}`),
    ...(answer === undefined ? [] : [`${jobId}  ${rejectedPreview(answer)}`]),
    `    attempt ${attempt}${who}${gone}: ${oneLineText(reason)}`,
  ]
}

/** The beginning of a rejected value, or what its bytes are. */
function rejectedPreview(output: unknown): string {
  const isBytes = typeof output === 'object' && output !== null && 'hash' in output && 'mimeType' in output
  return artifactPreview(isBytes ? { blob: output as OutputBlob } : { value: (output ?? null) as never })
}
