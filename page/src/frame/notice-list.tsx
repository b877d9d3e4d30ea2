import type { Notices } from '../data/notices.ts'

/** What was done, or could not be. */
export function NoticeList({ notices }: { readonly notices: Notices }) {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.list.value.map(({ id, text, isBad }) => (
        <p key={id} class={isBad ? 'toast bad' : 'toast'} dir="auto">
          {text}
          <button type="button" class="close" aria-label="Dismiss" onClick={() => notices.dismiss(id)}>
            ×
          </button>
        </p>
      ))}
    </div>
  )
}
