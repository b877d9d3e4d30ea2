import { type EventLoopUtilization, performance } from 'node:perf_hooks'
import type { LocalLoad } from './level-result.js'

type ThreadLoops = ReadonlyMap<number, EventLoopUtilization>

/** Measures how busy this process was since the last reading. */
export class LocalMeter {
  readonly #threadLoops: () => ThreadLoops
  #threads: ThreadLoops = new Map()
  #host = performance.eventLoopUtilization()
  #cpu = process.cpuUsage()
  #atMs = performance.now()

  /** `threadLoops`: of each worker thread by its id, since it began. */
  constructor(threadLoops: () => ThreadLoops) {
    this.#threadLoops = threadLoops
    this.read()
  }

  read(): LocalLoad {
    const threads = this.#threadLoops()
    const host = performance.eventLoopUtilization()
    const atMs = performance.now()
    const { user, system } = process.cpuUsage(this.#cpu)
    const shares = [...threads].map(([id, now]) => {
      const before = this.#threads.get(id)
      return before === undefined
        ? now.utilization
        : performance.eventLoopUtilization(now, before).utilization
    })
    const load = {
      busiestThread: hundredths(Math.max(0, ...shares)),
      host: hundredths(performance.eventLoopUtilization(host, this.#host).utilization),
      cpuCores: hundredths((user + system) / 1_000 / Math.max(1, atMs - this.#atMs)),
    }
    this.#threads = threads
    this.#host = host
    this.#cpu = process.cpuUsage()
    this.#atMs = atMs
    return load
  }
}

const hundredths = (value: number): number => Math.round(value * 100) / 100
