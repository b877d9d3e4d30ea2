import type { OutputData } from '../../../src/ui/page-jobs.ts'
import { formatBytes } from '../data/format.ts'

export const isPicture = (type = ''): boolean => type.startsWith('image/')
export const isAudio = (type = ''): boolean => type.startsWith('audio/')
export const isVideo = (type = ''): boolean => type.startsWith('video/')

/** What a job has made, in a line. */
export function OutputLine({
  outputs,
  urlOf,
}: {
  outputs: readonly OutputData[]
  urlOf: (seq: number) => string | undefined
}) {
  return (
    <span class="outputs">
      {outputs.slice(0, 4).map(({ name, seq, text, mimeType, sizeBytes }) => {
        const url = isPicture(mimeType) ? urlOf(seq) : undefined
        if (url) return <img key={name} class="thumb" src={url} alt={name} loading="lazy" decoding="async" />
        if (text !== undefined)
          return (
            <bdi key={name} title={name}>
              {text.replaceAll(/\s+/g, ' ')}
            </bdi>
          )
        return (
          <span key={name} class="quiet">
            {name} · {mimeType} · {formatBytes(sizeBytes ?? 0)}
          </span>
        )
      })}
    </span>
  )
}
