import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'

/** What a figure depends on. */
export function environment() {
  return {
    date: new Date().toISOString(),
    commit: commit(),
    node: process.versions.node,
    cpu: cpus()[0]?.model ?? 'unknown processor',
    cores: availableParallelism(),
  }
}

/** @param {ReturnType<typeof environment>} about */
export const printEnvironment = ({ cpu, cores, node, commit, date }) =>
  console.log(`${cpu}, ${cores} cores, Node ${node}, ${commit}, ${date}`)

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim()
  } catch {
    return 'no commit'
  }
}
