import type { JobData, OutputData } from '../../../src/ui/page-jobs.ts'
import { formatBytes } from '../data/format.ts'
import { STATE_WORDS } from '../frame/state-words.ts'
import { isAudio, isPicture, isVideo } from './output-text.tsx'

interface CardProps {
  readonly output: OutputData | undefined
  /** What is said where there is no output. */
  readonly job?: JobData
  readonly urlOf: (seq: number) => string | undefined
}

/** The first output of a job, as it is best looked at. */
export function OutputCard({ output, job, urlOf }: CardProps) {
  if (output === undefined)
    return (
      <span class="content text quiet" dir="auto">
        {job === undefined
          ? 'It is gone.'
          : job.reason
            ? `${job.reason.code} ${job.reason.message}`
            : STATE_WORDS[job.state]}
      </span>
    )
  const { text, mimeType, seq, sizeBytes = 0 } = output
  const url = urlOf(seq)
  if (url && isPicture(mimeType))
    return <img class="content" src={url} alt="" loading="lazy" decoding="async" />
  if (text !== undefined)
    return (
      <span class="content text" dir="auto">
        {text}
      </span>
    )
  const sign = isAudio(mimeType) ? '♪' : isVideo(mimeType) ? '▶' : '▤'
  return (
    <span class="content sign">
      <span aria-hidden="true">{sign}</span>
      <span class="quiet">
        {mimeType} · {formatBytes(sizeBytes)}
      </span>
    </span>
  )
}
