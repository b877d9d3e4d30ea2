import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { measurePairs, timed } from '../../measure/measure.mjs'
import { speedRow } from '../../report/row.mjs'
import { runProgram } from '../../support/child.mjs'

/** What a program costs: by the engine, small and large, against Node's own spawn from an empty process, and xargs. */
export async function commands(/** @type {boolean} */ isSmoke) {
  const programs = isSmoke ? 30 : 3_000
  const pairs = isSmoke ? 1 : 3
  const ms = async (/** @type {string} */ how, /** @type {number} */ ballastMb) =>
    (await runProgram('commands', [how, programs, ballastMb])).ms
  const row = async (
    /** @type {string} */ name,
    /** @type {number} */ ballastMb,
    /** @type {number} */ count,
  ) =>
    speedRow(
      { name, goal: 0.9, amount: programs, against: "Node's spawn from an empty process" },
      await measurePairs(count, {
        ours: () => ms('engine', ballastMb),
        theirs: () => ms('spawn', 0),
        isWarm: true,
      }),
    )
  const xargs = () =>
    timed(() => promisify(execFile)('sh', ['-c', `seq ${programs} | xargs -P 8 -n 1 echo > /dev/null`]))
  return [
    await row('command: echo, 8 at once, engine of 50 MB', 0, pairs),
    await row('command: echo, 8 at once, engine of 1 GB', isSmoke ? 64 : 1_024, pairs),
    speedRow(
      { name: 'command: echo, 8 at once, as a ratio', amount: programs, against: 'xargs -P 8' },
      await measurePairs(pairs, { ours: () => ms('engine', 0), theirs: xargs, isWarm: true }),
    ),
  ]
}
