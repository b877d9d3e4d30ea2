import type { LimitData, MovieData } from '../../../src/ui/page-data.ts'
import { formatCount, formatDuration, formatTime } from '../data/format.ts'

interface LimitsProps {
  readonly data: MovieData | undefined
  readonly limits: readonly LimitData[]
}

/** The ways to the services: what they let through now, and what was learned of them. */
export function Limits({ data, limits }: LimitsProps) {
  const limiters = data?.live?.limiters ?? []
  if (limiters.length === 0 && limits.length === 0) return null
  return (
    <div class="limits">
      {limiters.length > 0 && (
        <table>
          <caption>Limits now</caption>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">In flight</th>
              <th scope="col">At once</th>
              <th scope="col">A minute</th>
              <th scope="col">Closed for</th>
            </tr>
          </thead>
          <tbody>
            {limiters.map(({ name, inFlight, concurrency, requestsPerMinute, closedForMs = 0 }) => (
              <tr key={name}>
                <th scope="row">
                  <bdi>{name}</bdi>
                </th>
                <td>{formatCount(inFlight)}</td>
                <td>{concurrency === undefined ? 'no limit' : formatCount(concurrency)}</td>
                <td>
                  {requestsPerMinute === undefined ? 'no limit' : formatCount(Math.round(requestsPerMinute))}
                </td>
                <td>{closedForMs > 0 ? formatDuration(closedForMs) : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {limits.length > 0 && (
        <table>
          <caption>Learned in this run</caption>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Service</th>
              <th scope="col">At once</th>
              <th scope="col">A minute</th>
            </tr>
          </thead>
          <tbody>
            {limits.map(({ limiter, atMs, concurrency, requestsPerMinute }) => (
              <tr key={`${atMs} ${limiter}`}>
                <td>{formatTime(atMs)}</td>
                <th scope="row">
                  <bdi>{limiter}</bdi>
                </th>
                <td>{concurrency === undefined ? 'no limit' : formatCount(concurrency)}</td>
                <td>
                  {requestsPerMinute === undefined ? 'no limit' : formatCount(Math.round(requestsPerMinute))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
