import { useEffect, useRef, useState } from 'preact/hooks'
import type { OutputData } from '../../../src/ui/page-jobs.ts'
import type { PageState } from '../data/page-state.ts'

interface EditorProps {
  readonly state: PageState
  readonly artifact: string
  readonly output: OutputData
  readonly onEnd: () => void
}

/** A person's own version of an output: a text, a value as JSON, or a file for what is made of bytes. */
export function OutputEditor({ state, artifact, output, onEnd }: EditorProps) {
  const { text, isCut, hash, mimeType = '', seq } = output
  const field = useRef<HTMLTextAreaElement>(null)
  const [whole, setWhole] = useState(isCut ? undefined : text)
  const [mistake, setMistake] = useState<string>()
  const isText = text !== undefined
  useEffect(() => {
    const url = state.api.contentUrl(state.movie.value ?? '', seq)
    if (isCut && isText && url)
      fetch(url)
        .then(response => response.text())
        .then(setWhole, () => setMistake('The whole text cannot be read.'))
  }, [])
  useEffect(() => field.current?.focus(), [whole])
  const done = () => `${artifact} is edited: later runs keep it, and regenerate what reads it.`
  const save = async () => {
    const written = field.current?.value ?? ''
    const isJson = mimeType.startsWith('application/json')
    let value: unknown = written
    try {
      if (isJson) value = JSON.parse(written)
    } catch (error) {
      setMistake(`This is no JSON: ${(error as Error).message}`)
      return
    }
    if (await state.act('edit', { artifact, base: hash, value }, done)) onEnd()
  }
  const replace = async (file: File | undefined) => {
    if (file && (await state.act('replace', { artifact, base: hash, file }, done))) onEnd()
  }
  return (
    <form
      class="editor"
      onSubmit={event => {
        event.preventDefault()
        void save()
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation()
          onEnd()
        }
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save()
      }}
    >
      {isText ? (
        <textarea
          ref={field}
          class="text"
          dir="auto"
          rows={8}
          aria-label={`New version of ${artifact}`}
          value={whole ?? ''}
          disabled={whole === undefined}
        />
      ) : (
        <input
          type="file"
          accept={mimeType}
          aria-label={`New version of ${artifact}`}
          onChange={event => void replace(event.currentTarget.files?.[0])}
        />
      )}
      {mistake && <p class="notice bad">{mistake}</p>}
      <span class="line">
        {isText && (
          <button type="submit" class="action primary" disabled={whole === undefined}>
            Save
          </button>
        )}
        <button type="button" class="action" onClick={onEnd}>
          Cancel
        </button>
        {isText && <span class="quiet small">Ctrl Enter saves, Esc leaves it as it is</span>}
      </span>
    </form>
  )
}
