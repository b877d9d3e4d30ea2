/** What the parent asks of a program: kind of work, number of jobs, how many at once, the server for `http`. */
const [kind = 'no-op', jobs, concurrency, url] = process.argv.slice(2)
export const load = { kind, jobs: Number(jobs), concurrency: Number(concurrency), url }
