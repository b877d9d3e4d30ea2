import { useEffect, useRef } from 'preact/hooks'
import type { ReviewData } from '../../../src/ui/page-reviews.ts'
import type { PageState } from '../data/page-state.ts'
import { OutputContent } from '../job/output-content.tsx'

interface ZoomProps {
  readonly state: PageState
  readonly item: ReviewData
  readonly place: string
  readonly isNoting: boolean
  readonly onClose: () => void
  /** @param by 1: the one after, -1: the one before */
  readonly onStep: (by: number) => void
  /** Absent: nothing can be judged. */
  readonly onApprove?: () => void
  readonly onReject?: () => void
}

/** One version, as large as the window, with its caption beside it. */
export function Zoom({ state, item, place, isNoting, onClose, onStep, onApprove, onReject }: ZoomProps) {
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isNoting) panel.current?.focus()
  }, [isNoting])
  const { artifact, output, caption, note, by } = item
  const url = output && state.api.contentUrl(state.movie.value ?? '', output.seq)
  return (
    <div class="zoom" role="dialog" aria-modal="true" aria-label={artifact} tabIndex={-1} ref={panel}>
      <div class="zoomed">{output && <OutputContent output={output} url={url} />}</div>
      <div class="beside">
        <div class="job-head">
          <h2>
            <bdi>{artifact}</bdi>
          </h2>
          <button type="button" class="close" aria-label="Close (Esc)" onClick={onClose}>
            ×
          </button>
        </div>
        <p>
          <i class={`dot ${item.state}`} />
          {item.state}
          {by !== undefined && item.state !== 'waiting' && <span class="quiet"> by {by}</span>}{' '}
          <span class="quiet">{place}</span>
        </p>
        <span class="judging" role="group" aria-label="Judge it">
          {onApprove && (
            <button type="button" class="action primary" title="a" onClick={onApprove}>
              Approve
            </button>
          )}
          {onReject && (
            <button type="button" class="action" title="r" onClick={onReject}>
              Reject …
            </button>
          )}
          <button type="button" class="action" aria-label="The one before (←)" onClick={() => onStep(-1)}>
            ←
          </button>
          <button type="button" class="action" aria-label="The one after (→)" onClick={() => onStep(1)}>
            →
          </button>
        </span>
        {note && (
          <p class="notice bad" dir="auto">
            {note}
          </p>
        )}
        <dl class="fields">
          {caption.map(({ name, text }, at) => (
            <div key={`${name} ${at}`}>
              <dt>{name}</dt>
              <dd dir="auto">{text}</dd>
            </div>
          ))}
        </dl>
        <p class="quiet small keys">
          <kbd>a</kbd> approve <kbd>r</kbd> reject <kbd>→</kbd> beside <kbd>n</kbd> next <kbd>Esc</kbd> back
        </p>
      </div>
    </div>
  )
}
