import type { AttemptData } from '../../../src/ui/page-jobs.ts'
import { formatBytes, formatDollars, formatDuration, formatTime } from '../data/format.ts'
import { STATE_WORDS } from '../frame/state-words.ts'
import { whyText } from './why-text.ts'

const REUSED: Readonly<Record<string, string>> = {
  cache: 'from the cache',
  job: 'from a job with the same inputs',
}

/** One entry in the history of a job. */
export function Attempt({ attempt }: { readonly attempt: AttemptData }) {
  const { state, attempt: number, atMs, durationMs, costUsd, uncertainCostUsd, code, message } = attempt
  const { answer, rejected = [], usage, reused, checkpoint, why } = attempt
  const facts = [
    number === undefined ? '' : `attempt ${number}`,
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
          {text !== undefined && (
            <pre class="text" dir="auto">
              {text}
            </pre>
          )}
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
