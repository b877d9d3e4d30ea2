import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliProcess, type CliResult } from '../cli/cli.js'
import { temporaryFolder } from '../temporary-folder.js'
import { type Charge, ChargingService } from './charging-service.js'
import { LogFile } from './log-file.js'

const PLACES = 8
const PROVIDER = fileURLToPath(new URL('../providers/charged.mjs', import.meta.url))

export interface FleetProjectOptions {
  readonly queue: string
  /** Jobs that are paid by key, and as many that are paid by submission. */
  readonly jobs: number
  /** How long the service works at the nth charge, in milliseconds. */
  readonly workMs?: (number: number) => number
  /** After which time without a word a host is lost to a run, in milliseconds. @default 12000 */
  readonly silenceMs?: number
  /** That the service listens on. @default '127.0.0.1' */
  readonly address?: string
}

interface ProcessOptions {
  readonly args?: readonly string[]
  /** Another way to the same queue. */
  readonly queue?: string
  /** A program that starts the process, with its arguments. */
  readonly launcher?: readonly string[]
}

/** Paid work for a fleet: its service, and the folder in which hosts and coordinators run, each a process of the command. */
export class FleetProject {
  readonly folder: string
  readonly service: ChargingService
  /** What was submitted again although its checkpoint was in the log. */
  readonly paidAgain: Charge[] = []
  readonly #queue: string
  readonly #silence: readonly string[]
  readonly #logs = new Map<string, LogFile>()

  private constructor(folder: string, service: ChargingService, { queue, silenceMs }: FleetProjectOptions) {
    this.#silence = silenceMs === undefined ? [] : ['--host-silence', `${silenceMs}ms`]
    this.folder = folder
    this.service = service
    this.#queue = queue
    service.onCharge = charge => {
      if (charge.key === undefined && this.log(charge.movie).count('job.submitted', charge.job) > 0)
        this.paidAgain.push(charge)
    }
  }

  static async open(options: FleetProjectOptions): Promise<FleetProject> {
    const { jobs } = options
    const folder = await temporaryFolder()
    const service = await ChargingService.start(options)
    const producer = (paid: string) => ({
      loop: 'n',
      provider: 'charged',
      config: { paid },
      outputs: { Text: 'text' },
    })
    const blueprint = {
      name: 'charged',
      loops: { n: { count: jobs } },
      producers: { Keyed: producer('by key'), Submitted: producer('by submission') },
    }
    const charged = { module: PROVIDER, config: { url: service.url } }
    await writeFile(join(folder, 'charged.json'), JSON.stringify(blueprint))
    await writeFile(join(folder, 'showrunner.config.json'), JSON.stringify({ providers: { charged } }))
    return new FleetProject(folder, service, options)
  }

  get store(): string {
    return `file:${join(this.folder, 'movies')}`
  }

  /** A host that takes part. */
  async startHost(options: ProcessOptions = {}): Promise<CliProcess> {
    const host = this.#start(['worker', '--places', String(PLACES)], options)
    await host.prints(/"ready"/)
    return host
  }

  startRun(movie: string, options: ProcessOptions = {}): CliProcess {
    const command = ['run', 'charged.json', '--movie', movie, '--concurrency', '24', '--schedule', 'dataflow']
    return this.#start([...command, ...this.#silence], options)
  }

  log(movie: string): LogFile {
    const log = this.#logs.get(movie) ?? new LogFile(join(this.folder, 'movies', movie, 'events.jsonl'))
    this.#logs.set(movie, log)
    return log
  }

  /** What is wrong with a movie that was made by any number of runs: nothing. */
  async faultsOf(movie: string, jobs: number): Promise<readonly string[]> {
    const faults: string[] = []
    const charges = this.service.of(movie)
    const log = this.log(movie)
    for (const [producer, isKeyed] of [
      ['Keyed', true],
      ['Submitted', false],
    ] as const)
      for (let n = 0; n < jobs; n++) {
        const job = `Producer:${producer}[${n}]`
        const charged = charges.filter(charge => charge.job === job).length
        if (isKeyed ? charged !== 1 : charged === 0) faults.push(`${job} was charged ${charged} times`)
        const made = log.count('job.succeeded', job)
        if (made !== 1) faults.push(`${job} was made ${made} times`)
      }
    for (const { job } of this.paidAgain)
      faults.push(`${job} was submitted again, although its checkpoint is in the log`)
    const verified = await this.verify(movie)
    if (verified.code !== 0) faults.push(verified.stdout + verified.stderr)
    return faults
  }

  /** `showrunner verify` */
  async verify(movie: string): Promise<CliResult> {
    return await new CliProcess(['verify', movie, '--store', this.store], this.folder).ended
  }

  #start(
    command: readonly string[],
    { args = [], queue = this.#queue, launcher }: ProcessOptions,
  ): CliProcess {
    const fleet = ['--json', '--threads', '1', '--queue', queue, '--store', this.store]
    return new CliProcess([...command, ...fleet, ...args], this.folder, launcher)
  }
}
