import type { OutputData } from '../../../src/ui/page-data.ts'
import { formatBytes } from '../data/format.ts'
import { isAudio, isPicture, isVideo } from './output-text.tsx'

interface OutputProps {
  readonly output: OutputData
  readonly urlOf: (seq: number, isFile?: boolean) => string | undefined
}

/** An output, whole. */
export function Output({ output, urlOf }: OutputProps) {
  const { name, seq, mimeType, sizeBytes, isCut } = output
  const file = urlOf(seq, true)
  return (
    <figure class="output">
      <figcaption>
        <b>
          <bdi>{name}</bdi>
        </b>
        <span class="quiet">
          {[mimeType, sizeBytes === undefined ? '' : formatBytes(sizeBytes)].filter(Boolean).join(' · ')}
        </span>
        {file && (
          <a href={file} download>
            save
          </a>
        )}
      </figcaption>
      <Content output={output} url={urlOf(seq)} />
      {isCut && <p class="quiet small">The beginning; save it to see the rest.</p>}
    </figure>
  )
}

function Content({ output: { name, text, mimeType }, url }: { output: OutputData; url: string | undefined }) {
  if (text !== undefined)
    return (
      <pre class="text" dir="auto">
        {text}
      </pre>
    )
  if (url === undefined) return null
  if (isPicture(mimeType)) return <img src={url} alt={name} />
  // biome-ignore lint/a11y/useMediaCaption: what a provider has made has no captions.
  if (isAudio(mimeType)) return <audio src={url} controls />
  // biome-ignore lint/a11y/useMediaCaption: the same.
  if (isVideo(mimeType)) return <video src={url} controls />
  return null
}
