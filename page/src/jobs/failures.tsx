import { formatCount } from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'
import { STATE_WORDS } from '../frame/state-words.ts'
import { regenerate } from './regenerate.ts'

/** Failures by what they say, largest group first. */
export function Failures({ state }: { readonly state: PageState }) {
  const failures = state.data.value?.failures ?? []
  if (failures.length === 0) return <p class="empty">Nothing has failed.</p>
  return (
    <section class="failures" aria-label="Failures">
      <ul>
        {failures.map(({ reason, state: jobState, code, message, count, producers }) => (
          <li key={`${reason} ${jobState}`} class="failure">
            <button type="button" onClick={() => state.show('jobs', { reason, state: jobState })}>
              <span class="number large">{formatCount(count)}</span>
              <span>
                <span class="tag">{code}</span> <span class="quiet">{STATE_WORDS[jobState]} ·</span>{' '}
                <bdi class="quiet">{producers.join(', ')}</bdi>
                <span class="message" dir="auto">
                  {message}
                </span>
              </span>
            </button>
            {state.canChange && jobState !== 'retrying' && (
              <button
                type="button"
                class="action"
                onClick={() => void regenerate(state, { filter: { reason, state: jobState } })}
              >
                Regenerate these
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
