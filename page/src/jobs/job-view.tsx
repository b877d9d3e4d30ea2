import { useEffect, useRef, useState } from 'preact/hooks'
import type { AttemptData, JobDetail } from '../../../src/ui/page-data.ts'
import { formatDollars, formatDuration, formatTime } from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'
import { STATE_WORDS } from '../frame/state-words.ts'
import { Output } from './output.tsx'

/** One job: what it made, from what, and each of its attempts. */
export function JobView({ state, job }: { readonly state: PageState; readonly job: number }) {
  const [detail, setDetail] = useState<JobDetail>()
  const [error, setError] = useState<string>()
  const panel = useRef<HTMLElement>(null)
  const movie = state.movie.value
  const at = state.at.value
  const version = at ?? state.newest.value?.allChanges
  useEffect(() => {
    let isCurrent = true
    const show = (found: JobDetail | undefined, failed: string | undefined) => {
      if (!isCurrent) return
      if (found) setDetail(found)
      setError(failed)
    }
    if (movie !== undefined)
      state.api.job(movie, job, at).then(
        found => show(found, undefined),
        failed => show(undefined, String(failed.message ?? failed)),
      )
    return () => {
      isCurrent = false
    }
  }, [state, movie, job, at, version])
  const close = () => {
    state.job.value = undefined
    document.querySelector<HTMLElement>('[role=grid]')?.focus()
  }
  const shown = detail?.job === job ? detail : undefined
  return (
    <aside class="job" ref={panel} aria-label="Job" tabIndex={-1}>
      <div class="job-head">
        <h2>
          <bdi>{shown?.id ?? '…'}</bdi>
        </h2>
        <button type="button" class="close" aria-label="Close (Esc)" onClick={close}>
          ×
        </button>
      </div>
      {error && <p class="notice bad">{error}</p>}
      {shown && <Detail state={state} detail={shown} />}
    </aside>
  )
}

function Detail({ state, detail }: { readonly state: PageState; readonly detail: JobDetail }) {
  const made = detail.history.find(({ outputs }) => outputs.length > 0)
  const movie = state.movie.value ?? ''
  const facts = [
    ['State', STATE_WORDS[detail.state]],
    ['Provider', [detail.provider, detail.model].filter(Boolean).join(' · ')],
    ['Cost', detail.costUsd > 0 ? formatDollars(detail.costUsd) : ''],
    ['Reads', detail.reads.join(', ')],
    ['Read by', detail.readBy.join(', ')],
  ].filter(([, value]) => value)
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {made?.outputs.map(output => (
        <Output
          key={output.seq}
          output={output}
          urlOf={(seq, isFile) => state.api.contentUrl(movie, seq, isFile)}
        />
      ))}
      <h3>History</h3>
      {detail.history.length === 0 && <p class="quiet">The log says nothing of it yet.</p>}
      <ol class="history">
        {detail.history.map(attempt => (
          <Attempt key={attempt.seq} attempt={attempt} />
        ))}
      </ol>
      {detail.inputs.length > 0 && (
        <>
          <h3>Made from</h3>
          <ul class="inputs">
            {detail.inputs.map(({ name, digest }) => (
              <li key={name}>
                <bdi>{name}</bdi> <code class="quiet">{digest}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

function Attempt({ attempt }: { readonly attempt: AttemptData }) {
  const {
    state,
    attempt: number,
    atMs,
    durationMs,
    costUsd,
    code,
    message,
    answer,
    usage,
    reused,
    checkpoint,
  } = attempt
  const facts = [
    number === undefined ? '' : `attempt ${number}`,
    durationMs === undefined ? '' : formatDuration(durationMs),
    costUsd === undefined ? '' : formatDollars(costUsd),
    reused === undefined ? '' : reused === 'cache' ? 'from the cache' : 'from a job with the same inputs',
  ].filter(Boolean)
  return (
    <li>
      <span class="line">
        <i class={`dot ${state}`} />
        <b>{STATE_WORDS[state]}</b>
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
