import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg } from 'node:os'

/** What a figure depends on. */
export function environment() {
  return {
    date: new Date().toISOString(),
    commit: commit(),
    node: process.versions.node,
    cpu: cpus()[0]?.model ?? 'unknown processor',
    cores: availableParallelism(),
    /** Of the last minute: what else the machine was doing. */
    loadBefore: Number(loadavg()[0].toFixed(2)),
  }
}

/** @param {ReturnType<typeof environment>} about */
export const printEnvironment = ({ cpu, cores, node, commit, date, loadBefore }) =>
  console.log(`${cpu}, ${cores} cores, load ${loadBefore} before, Node ${node}, ${commit}, ${date}`)

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim()
  } catch {
    return 'no commit'
  }
}
