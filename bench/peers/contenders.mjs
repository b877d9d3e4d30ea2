import { KINDS } from '../work/work.mjs'

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} program in `programs/`
 * @property {'redis' | 'postgres'} [server]
 * @property {Record<string, string>} [environment]
 * @property {number} [share] of the jobs, where all would take too long
 * @property {string} durable
 * @property {string} ordered
 * @property {string} resumable
 * @property {string} where the jobs run
 */

/** Everybody who does the same work, and what each promises about it. @type {readonly Contender[]} */
export const CONTENDERS = [
  {
    name: 'showrunner',
    program: 'showrunner',
    durable: 'yes: fdatasync before anybody is told',
    ordered: 'one log, one order; layers or data flow',
    resumable: 'yes: what is in the log is not made again',
    where: '2 worker threads',
  },
  {
    name: 'showrunner, inline',
    program: 'showrunner',
    environment: { BENCH_INLINE: '1' },
    durable: 'yes: the same',
    ordered: 'the same',
    resumable: 'the same',
    where: "the program's own thread",
  },
  {
    name: 'p-limit loop',
    program: 'loop',
    durable: 'no',
    ordered: 'starts in order, nothing else',
    resumable: 'no: begins again, pays again',
    where: "the program's own thread",
  },
  {
    name: 'p-queue',
    program: 'p-queue',
    durable: 'no',
    ordered: 'starts in order, priorities',
    resumable: 'no: begins again, pays again',
    where: "the program's own thread",
  },
  {
    name: 'piscina.run() a job',
    program: 'piscina',
    durable: 'no',
    ordered: 'starts in order',
    resumable: 'no: begins again, pays again',
    where: '2 worker threads',
  },
  {
    name: 'BullMQ, everysec',
    program: 'bullmq',
    server: 'redis',
    environment: { BENCH_FSYNC: 'everysec' },
    share: 0.2,
    durable: 'up to the last second before a power loss',
    ordered: 'FIFO, priorities; parents after children in flows',
    resumable: 'yes: unfinished jobs are taken up; a stalled one runs again',
    where: 'one worker in the process; 2 threads for hashing',
  },
  {
    name: 'BullMQ, always',
    program: 'bullmq',
    server: 'redis',
    environment: { BENCH_FSYNC: 'always' },
    share: 0.2,
    durable: 'yes: Redis syncs each write',
    ordered: 'the same',
    resumable: 'the same',
    where: 'the same',
  },
  {
    name: 'DBOS',
    program: 'dbos',
    server: 'postgres',
    share: 0.04,
    durable: 'yes: PostgreSQL commits each step',
    ordered: 'steps of a workflow; queues FIFO',
    resumable: 'yes: workflows go on behind their last step',
    where: "the program's own thread",
  },
]

/** @type {Record<string, { jobs: number, concurrency: number, least: number }>} */
export const LOADS = {
  'no-op': { jobs: 50_000, concurrency: 1_000, least: 1_000 },
  waiting: { jobs: 20_000, concurrency: 1_000, least: 1_000 },
  http: { jobs: 5_000, concurrency: 500, least: 1_000 },
  hashing: { jobs: 2_000, concurrency: 16, least: 1_000 },
  image: { jobs: 120, concurrency: 16, least: 120 },
}
if (KINDS.some(kind => !(kind in LOADS))) throw new Error('a kind of work has no load')

/** @param {Contender} contender @param {string} kind */
export function jobsOf({ share = 1 }, kind) {
  const { jobs, least } = LOADS[kind]
  return Math.max(least, Math.round(jobs * share))
}
