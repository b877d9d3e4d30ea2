/** Exit codes, as promised in the README. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  busy: 3,
  budget: 4,
  waiting: 5,
  service: 6,
  cancelled: 130,
} as const

/** When a command ends with each of them. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'everything requested is there',
  failed:
    'some jobs failed or stopped the run, verify found damage, or the store is damaged, full or failing',
  usage: 'usage, blueprint, inputs, config or names are wrong; no job was started',
  busy: 'another run or edit has the movie',
  budget: 'the budget is spent; run again with a higher one to make the rest',
  waiting: 'results wait for people to judge them; judge them, and run again',
  service: 'a service did not answer, or refused every job; run again to continue',
  cancelled: 'cancelled by Ctrl-C or SIGTERM; run again to continue',
}
