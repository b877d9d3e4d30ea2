import { useLayoutEffect, useRef } from 'preact/hooks'
import { formatCount } from '../data/format.ts'

interface NoteProps {
  readonly count: number
  readonly subject: string
  readonly note: string
  /** @param note undefined: it is not rejected after all */
  readonly onEnd: (note: string | undefined) => void
}

/** Why something is rejected: the next attempt is given this. */
export function NoteForm({ count, subject, note, onEnd }: NoteProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  // Before the next key is pressed, which would go to the grid.
  useLayoutEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])
  return (
    <form
      class="note-form"
      aria-label="Reject"
      onSubmit={event => {
        event.preventDefault()
        onEnd(field.current?.value.trim() ?? '')
      }}
      onKeyDown={event => {
        event.stopPropagation()
        if (event.key === 'Escape') onEnd(undefined)
        if (event.key !== 'Enter' || event.shiftKey) return
        event.preventDefault()
        onEnd(field.current?.value.trim() ?? '')
      }}
    >
      <label>
        <b>Reject {count === 1 ? <bdi>{subject}</bdi> : `${formatCount(count)} versions`}</b>
        <span class="quiet"> · what should be different? The next attempt is told.</span>
        <textarea ref={field} rows={3} dir="auto" defaultValue={note} />
      </label>
      <span class="line">
        <button type="submit" class="action primary">
          Reject
        </button>
        <button type="button" class="action" onClick={() => onEnd(undefined)}>
          Cancel
        </button>
        <span class="quiet small">Enter rejects, Esc leaves it as it is</span>
      </span>
    </form>
  )
}
