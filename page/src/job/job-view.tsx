import { useEffect, useRef, useState } from 'preact/hooks'
import type { JobDetail } from '../../../src/ui/page-jobs.ts'
import { formatDollars, formatDuration, formatTime } from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'
import { STATE_WORDS } from '../frame/state-words.ts'
import { regenerate } from '../jobs/regenerate.ts'
import { Attempt } from './attempt.tsx'
import { JobInputs } from './job-inputs.tsx'
import { JobLinks } from './job-links.tsx'
import { Output } from './output.tsx'
import { whoText } from './who-text.ts'
import { whyText } from './why-text.ts'

/** One job: what it made, from what, why, and each of its attempts. */
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
  useEffect(() => panel.current?.scrollTo(0, 0), [job])
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
        {shown && state.canChange && (
          <button type="button" class="action" onClick={() => void regenerate(state, { jobs: [shown.id] })}>
            Regenerate
          </button>
        )}
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
  const { inputs, history, notes, outputs = [] } = detail
  return (
    <>
      <Facts detail={detail} />
      {outputs.map(output => (
        <Output key={output.seq} state={state} job={detail} output={output} />
      ))}
      {inputs.length > 0 && <JobInputs state={state} inputs={inputs} />}
      <JobLinks state={state} title="Reads" links={detail.reads} />
      <JobLinks state={state} title="Read by" links={detail.readBy} />
      {notes.length > 0 && (
        <section>
          <h3>Log</h3>
          <ol class="notes">
            {notes.map(({ atMs, note, level, fraction }) => (
              <li key={`${atMs} ${note}`} class={level}>
                <time class="quiet">{formatTime(atMs)}</time>{' '}
                {fraction !== undefined && `${Math.round(fraction * 100)} % `}
                <bdi>{note}</bdi>
              </li>
            ))}
          </ol>
        </section>
      )}
      <section>
        <h3>History</h3>
        {history.length === 0 && <p class="quiet">The log says nothing of it yet.</p>}
        <ol class="history">
          {history.map(attempt => (
            <Attempt
              key={`${attempt.seq} ${attempt.state}`}
              state={state}
              attempt={attempt}
              isShown={attempt.outputs.every(({ seq }) => outputs.some(output => output.seq === seq))}
            />
          ))}
        </ol>
      </section>
    </>
  )
}

function Facts({ detail }: { readonly detail: JobDetail }) {
  const { state, isAsked, provider, model, costUsd, durationMs = 0, attempts, history } = detail
  const why = history.find(attempt => attempt.why !== undefined)?.why
  const answered = history.find(attempt => attempt.state === 'succeeded')?.answeredBy
  const facts = [
    answered
      ? ['Answered by', whoText(answered)]
      : ['Provider', whoText({ provider: provider ?? '', ...(model !== undefined && { model }) })],
    ['Cost', costUsd > 0 ? formatDollars(costUsd) : ''],
    ['Took', durationMs > 0 ? formatDuration(durationMs) : ''],
    ['Attempts', attempts > 1 ? String(attempts) : ''],
    ['Why it ran', why ? whyText(why) : ''],
  ].filter(([, value]) => value)
  return (
    <dl class="facts">
      <div>
        <dt class="unseen">State</dt>
        <dd>
          <i class={`dot ${state}`} />
          {STATE_WORDS[state]}
          {isAsked && <span class="tag">{STATE_WORDS.asked}</span>}
        </dd>
      </div>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  )
}
