import type { ReviewData } from '../../../src/ui/page-reviews.ts'
import type { PageState } from '../data/page-state.ts'
import { JobName } from '../jobs/job-name.tsx'
import { OutputCard } from '../jobs/output-card.tsx'

interface CardProps {
  readonly state: PageState
  readonly item: ReviewData
  readonly at: number
  readonly isCurrent: boolean
  readonly isChosen: boolean
  readonly onLook: (event: MouseEvent) => void
  readonly onZoom: () => void
}

/** One version, with what it was made for. */
export function ReviewCard({ state, item, at, isCurrent, isChosen, onLook, onZoom }: CardProps) {
  const { artifact, output, caption, note } = item
  // The key, and the output.
  const keyAt = artifact.search(/[[.]/)
  return (
    <div
      id={`review-${at}`}
      class={`card review ${item.state}`}
      role="option"
      aria-selected={isChosen}
      aria-label={`${artifact}, ${item.state}${note ? `: ${note}` : ''}`}
      data-current={isCurrent || undefined}
      onClick={onLook}
      onDblClick={onZoom}
    >
      <OutputCard output={output} urlOf={seq => state.api.contentUrl(state.movie.value ?? '', seq)} />
      <span class="words">
        <span class="caption-text" dir="auto">
          {caption.map(({ text }) => text).join(' · ') || artifact}
        </span>
        {note && (
          <span class="note" dir="auto">
            {note}
          </span>
        )}
      </span>
      <span class="caption">
        <i class={`dot ${item.state}`} />
        <JobName producer={artifact.slice(0, keyAt)} name={artifact.slice(keyAt)} />
        {item.state !== 'waiting' && <span class="verdict">{item.state}</span>}
      </span>
    </div>
  )
}
