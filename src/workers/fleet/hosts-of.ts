import type { HostProgress } from '../../model/run/host-progress.js'

interface SessionProgress extends Pick<HostProgress, 'state' | 'active'> {
  /** Undefined until its host has said who it is. */
  readonly hello: Pick<HostProgress, 'host' | 'places'> | undefined
  readonly settledCount: number
  readonly lossCount: number
  readonly heardAtMs: number
}

/** Hosts that are gone, of which a run still tells. */
const GONE_LIMIT = 100

const ORDER = ['running', 'draining', 'left', 'lost'] as const

/** What a run knows of its hosts; each may have several sessions. Those that are gone come last, and at most so many. */
export function hostsOf(sessions: Iterable<SessionProgress>, nowMs: number): readonly HostProgress[] {
  const byHost = new Map<string, HostProgress>()
  for (const session of sessions) {
    if (session.hello === undefined) continue
    const { host } = session.hello
    const other = byHost.get(host)
    byHost.set(
      host,
      other === undefined ? progressOf(session, nowMs) : both(other, progressOf(session, nowMs)),
    )
  }
  const hosts = [...byHost.values()]
  const gone = hosts.filter(({ state }) => state === 'left' || state === 'lost')
  return [...hosts.filter(host => !gone.includes(host)), ...gone.slice(-GONE_LIMIT)]
}

function progressOf(session: SessionProgress, nowMs: number): HostProgress {
  const { state, hello, active, settledCount, lossCount, heardAtMs } = session
  return {
    host: hello!.host,
    state,
    places: state === 'running' ? hello!.places : 0,
    active,
    settled: settledCount,
    losses: lossCount,
    silentMs: Math.max(0, Math.round(nowMs - heardAtMs)),
  }
}

function both(one: HostProgress, other: HostProgress): HostProgress {
  return {
    host: one.host,
    state: ORDER.find(state => state === one.state || state === other.state)!,
    places: one.places + other.places,
    active: one.active + other.active,
    settled: one.settled + other.settled,
    losses: one.losses + other.losses,
    silentMs: Math.min(one.silentMs, other.silentMs),
  }
}
