const BAR_WIDTH = 28
const CLEAR = '\r\x1b[2K'
/** Elsewhere than on a terminal: one line each time this share of the jobs is done. */
const PLAIN_STEP = 0.1

/**
 * Shows how far a run is: one line that rewrites itself on a terminal, a few plain lines elsewhere.
 *
 * @param {readonly Record<string, string>[]} rows the table, to say whose picture was drawn last
 * @param {Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>} [stream]
 */
export function progressLine(rows, stream = process.stdout) {
  let last = ''
  let next = PLAIN_STEP
  return {
    /** @param {import('showrunner').RunProgress} progress */
    progress({ counts, total, jobsPerSecond }) {
      const done = counts.succeeded + counts.failed + counts.skipped + counts.cached
      const share = total > 0 ? done / total : 1
      const rate = `${Math.round(jobsPerSecond)} jobs/s`
      const kept = counts.cached > 0 ? `, ${counts.cached} kept from before` : ''
      if (stream.isTTY) {
        const filled = Math.round(share * BAR_WIDTH)
        const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
        const line = `${bar} ${done}/${total} · ${rate}${kept} ${last}`
        stream.write(CLEAR + line.slice(0, (stream.columns || 80) - 1))
      } else if (share >= next) {
        stream.write(`${done} of ${total} jobs done, ${rate}${kept}\n`)
        while (next <= share) next += PLAIN_STEP
      }
    },
    /** @param {import('showrunner').JobUpdate} update */
    job(update) {
      if (update.state === 'failed')
        stream.write(`${stream.isTTY ? CLEAR : ''}${update.jobId}: ${update.error.message}\n`)
      const index = /^Producer:Picture\[(\d+)\]$/.exec(update.jobId)?.[1]
      if (update.state === 'succeeded' && index !== undefined) last = `· ${rows[Number(index)]?.name}`
    },
    end() {
      if (stream.isTTY) stream.write(CLEAR)
    },
  }
}
