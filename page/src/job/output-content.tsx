import { isAudio, isPicture, isVideo } from '../jobs/output-text.tsx'

interface ContentProps {
  readonly output: {
    readonly name: string
    readonly text?: string | undefined
    readonly mimeType?: string | undefined
  }
  readonly url: string | undefined
}

/** What an output is: a text, a picture, a sound or a film. */
export function OutputContent({ output: { name, text, mimeType }, url }: ContentProps) {
  if (text !== undefined)
    return (
      <pre class="text" dir="auto">
        {text}
      </pre>
    )
  if (url === undefined) return null
  if (isPicture(mimeType)) return <img src={url} alt={name} />
  // biome-ignore lint/a11y/useMediaCaption: what a provider has made has no captions.
  if (isAudio(mimeType)) return <audio src={url} controls preload="metadata" aria-label={name} />
  // biome-ignore lint/a11y/useMediaCaption: the same.
  if (isVideo(mimeType)) return <video src={url} controls preload="metadata" aria-label={name} />
  return null
}
