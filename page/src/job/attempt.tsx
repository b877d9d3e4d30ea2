import type { AttemptData } from '../../../src/ui/page-jobs.ts'
import { formatBytes, formatDollars, formatDuration, formatTime } from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'
import { STATE_WORDS } from '../frame/state-words.ts'
import { OutputContent } from './output-content.tsx'
import { whoText } from './who-text.ts'
import { whyText } from './why-text.ts'

const REUSED: Readonly<Record<string, string>> = {
  cache: 'from the cache',
  job: 'from a job with the same inputs',
}

interface AttemptProps {
  readonly state: PageState
  readonly attempt: AttemptData
  /** What it has made is what the job has now. */
  readonly isShown: boolean
}

/** One entry in the history of a job. */
export function Attempt({ state: page, attempt, isShown }: AttemptProps) {
  const { state, attempt: number, atMs, durationMs, costUsd, uncertainCostUsd, code, message } = attempt
  const { answer, rejected = [], usage, reused, checkpoint, why, answeredBy, outputs, seq } = attempt
  const movie = page.movie.value ?? ''
  const facts = [
    attempt.judged ?? '',
    attempt.judgedBy === undefined ? '' : `by ${attempt.judgedBy}`,
    number === undefined ? '' : `attempt ${number}`,
    answeredBy === undefined ? '' : whoText(answeredBy),
    durationMs === undefined ? '' : formatDuration(durationMs),
    costUsd === undefined ? '' : formatDollars(costUsd),
    uncertainCostUsd === undefined ? '' : `perhaps ${formatDollars(uncertainCostUsd)} more`,
    reused === undefined ? '' : (REUSED[reused] ?? reused),
    why === undefined || why.type === 'first' ? '' : whyText(why),
  ].filter(Boolean)
  return (
    <li>
      <span class="line">
        <span class="no-wrap">
          <i class={`dot ${state}`} />
          <b>{STATE_WORDS[state]}</b>
        </span>
        <span class="quiet">{facts.join(' · ')}</span>
        <time class="quiet">{formatTime(atMs)}</time>
      </span>
      {message !== undefined && (
        <p class="message" dir="auto">
          <span class="tag">{code}</span> {message}
        </p>
      )}
      {attempt.note !== undefined && (
        <p class="message" dir="auto">
          {attempt.note}
        </p>
      )}
      {!isShown && outputs.length > 0 && (
        <details>
          <summary class="quiet small">what it had made</summary>
          {outputs.map(output => (
            <OutputContent key={output.seq} output={output} url={page.api.contentUrl(movie, output.seq)} />
          ))}
        </details>
      )}
      {answer !== undefined && (
        <pre class="text" dir="auto">
          {answer}
        </pre>
      )}
      {rejected.map(({ name, text, mimeType, sizeBytes = 0 }) => (
        <figure key={name} class="output">
          <figcaption>
            <b>
              <bdi>{name}</bdi>
            </b>
            <span class="quiet">
              {text === undefined ? `${mimeType} · ${formatBytes(sizeBytes)} · ` : ''}rejected
            </span>
          </figcaption>
          <OutputContent output={{ name, text, mimeType }} url={page.api.answerUrl(movie, seq, name)} />
        </figure>
      ))}
      {usage && (
        <p class="quiet small">
          {Object.entries(usage)
            .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
            .join(' · ')}
        </p>
      )}
      {checkpoint !== undefined && (
        <p class="quiet small">known at the service as {JSON.stringify(checkpoint)}</p>
      )}
    </li>
  )
}
