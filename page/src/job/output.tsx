import { useState } from 'preact/hooks'
import type { JobDetail, OutputData } from '../../../src/ui/page-jobs.ts'
import { formatBytes } from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'
import { STATE_WORDS } from '../frame/state-words.ts'
import { OutputContent } from './output-content.tsx'
import { OutputEditor } from './output-editor.tsx'

interface OutputProps {
  readonly state: PageState
  readonly job: JobDetail
  readonly output: OutputData
}

/** An output, whole, and what can be done to it. */
export function Output({ state, job, output }: OutputProps) {
  const [isEditing, setEditing] = useState(false)
  const { name, seq, mimeType, sizeBytes, isCut, override } = output
  const artifact = `${job.id}.${name}`
  const movie = state.movie.value ?? ''
  const file = state.api.contentUrl(movie, seq, true)
  const facts = [mimeType, sizeBytes === undefined ? '' : formatBytes(sizeBytes)].filter(Boolean)
  const change = (action: 'pin' | 'unpin', done: string) => void state.act(action, { artifact }, () => done)
  return (
    <figure class="output">
      <figcaption>
        <b>
          <bdi>{name}</bdi>
        </b>
        <span class="quiet">{facts.join(' · ')}</span>
        {override && <span class="tag">{STATE_WORDS[override]}</span>}
        <span class="actions">
          {state.canChange &&
            (override ? (
              <button
                type="button"
                class="link accent"
                onClick={() => change('unpin', `${artifact} is its job’s again.`)}
              >
                unpin
              </button>
            ) : (
              <button
                type="button"
                class="link accent"
                title="Later runs keep it as it is"
                onClick={() => change('pin', `${artifact} is pinned: later runs keep it.`)}
              >
                pin
              </button>
            ))}
          {state.canChange && !isEditing && (
            <button type="button" class="link accent" onClick={() => setEditing(true)}>
              edit
            </button>
          )}
          {file && (
            <a href={file} download>
              save
            </a>
          )}
        </span>
      </figcaption>
      {isEditing ? (
        <OutputEditor state={state} artifact={artifact} output={output} onEnd={() => setEditing(false)} />
      ) : (
        <OutputContent output={output} url={state.api.contentUrl(movie, seq)} />
      )}
      {isCut && !isEditing && <p class="quiet small">The beginning; save it to see the rest.</p>}
    </figure>
  )
}
