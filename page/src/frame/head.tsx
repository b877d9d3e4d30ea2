import type { ComponentChildren } from 'preact'
import type { MovieData } from '../../../src/ui/page-data.ts'
import {
  formatCount,
  formatDollars,
  formatDuration,
  formatRate,
  formatShare,
  formatTime,
} from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'
import { holdUp } from './hold-up.ts'
import { Producers } from './producers.tsx'
import { Segments } from './segments.tsx'
import { RUN_WORDS, STATE_WORDS, STATES } from './state-words.ts'

export function Head({ state, data }: { readonly state: PageState; readonly data: MovieData }) {
  const { states, total, run, live } = data
  const waiting = data.reviews?.waiting ?? 0
  return (
    <section class="head" aria-label="How the movie stands">
      <div class="line">
        {run && <span class={`pill run-${run.state}`}>{RUN_WORDS[run.state]}</span>}
        <strong class="large">{formatShare(data.done, total)}</strong>
        <ul class="counts">
          {STATES.filter(one => states[one] > 0).map(one => (
            <li key={one}>
              <button type="button" onClick={() => state.show('jobs', { state: one })}>
                <i class={`dot ${one}`} />
                {formatCount(states[one])} {STATE_WORDS[one]}
              </button>
            </li>
          ))}
          {waiting > 0 && state.api.hasPast && (
            <li>
              <button type="button" onClick={() => state.show('review', {})}>
                <i class="dot waiting" />
                {waiting === 1 ? '1 waits for you' : `${formatCount(waiting)} wait for you`}
              </button>
            </li>
          )}
          {data.asked > 0 && (
            <li class="quiet">
              {formatCount(data.asked)} {STATE_WORDS.asked}
            </li>
          )}
          {live && live.active > 0 && (
            <li>
              <i class="dot active" />
              {formatCount(live.active)} running
            </li>
          )}
        </ul>
      </div>
      <Segments states={states} active={live?.active ?? 0} total={total} />
      <Facts data={data} />
      <Stop data={data} />
      <Producers state={state} data={data} />
    </section>
  )
}

function Facts({ data }: { readonly data: MovieData }) {
  const { run, jobsPerSecond, leftMs, costUsd, uncertainCostUsd, live } = data
  const facts: [string, ComponentChildren][] = []
  if (data.isReading) facts.push(['Reading', `${formatCount(data.events)} events so far`])
  if (jobsPerSecond !== undefined) {
    facts.push(['Rate', formatRate(jobsPerSecond)])
    facts.push(['Left', leftMs === undefined ? '–' : `about ${formatDuration(leftMs)}`])
  }
  const budget = live?.budgets[0]
  const spent = budget
    ? `${formatDollars(costUsd)} of ${formatDollars(budget.limitUsd)}`
    : formatDollars(costUsd)
  facts.push(['Cost', spent])
  if (uncertainCostUsd > 0) facts.push(['Perhaps', `${formatDollars(uncertainCostUsd)} more`])
  if (run) {
    facts.push(['Started', formatTime(run.startedAtMs)])
    const endMs = run.finishedAtMs ?? data.atMs
    if (endMs !== undefined)
      facts.push([
        run.state === 'running' ? 'For' : 'Took',
        formatDuration(Math.max(0, endMs - run.startedAtMs)),
      ])
  }
  for (const trial of data.trials ?? []) facts.push([trial.loop, trialText(trial)])
  const hosts = live?.hosts ?? []
  if (hosts.length > 0) facts.push(['Hosts', hostsText(hosts)])
  const held = holdUp(data)
  if (held) facts.push(['Held back by', held])
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name} class={name === 'Held back by' ? 'wide' : undefined}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** `30 accepted of 74`, of a loop that tries elements until enough are accepted */
function trialText({ tried, accepted, lists, done }: NonNullable<MovieData['trials']>[number]): string {
  if (done === 0) return `${formatCount(tried)} tried so far`
  const open = lists - done
  const more = open === 0 ? '' : `, ${formatCount(open)} of ${formatCount(lists)} lists not done`
  return `${formatCount(accepted)} accepted of ${formatCount(tried)}${more}`
}

/** `3 with 24 places, 1 lost` */
function hostsText(hosts: NonNullable<NonNullable<MovieData['live']>['hosts']>): string {
  const there = hosts.filter(({ state }) => state === 'running' || state === 'draining')
  const places = there.reduce((sum, host) => sum + host.places, 0)
  const lost = hosts.filter(({ state }) => state === 'lost').length
  return `${formatCount(there.length)} with ${formatCount(places)} places${lost > 0 ? `, ${formatCount(lost)} lost` : ''}`
}

const STOPS = {
  budget: 'The budget is spent: the next job did not fit into what is left.',
  fail_fast: 'A job failed, and the run was to stop then.',
  failures: 'Too many jobs of a producer failed.',
  outage: 'A service did not answer for longer than the run was to wait.',
  refused: 'A service refused the same way whatever it was asked.',
} as const

function Stop({ data: { run } }: { readonly data: MovieData }) {
  if (!run?.stopReason) return null
  return (
    <p class="notice" dir="auto">
      {run.stopMessage ?? STOPS[run.stopReason]}
    </p>
  )
}
