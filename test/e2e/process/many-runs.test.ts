import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.js'

const PROGRAM = fileURLToPath(new URL('../../support/programs/many-runs-program.mjs', import.meta.url))
const FEW = 100
const MANY = 200
/** A job leaves two objects at the limiter of its provider, of the last thousand calls; whatever else a run leaves is too much. */
const OBJECTS_A_RUN = 2.5

test.each(['module', 'inline'])(
  'an engine keeps nothing of the runs that it has made (%s)',
  async kind => {
    const args = ['--expose-gc', '--no-warnings', PROGRAM, await temporaryFolder(), kind, `${FEW}`, `${MANY}`]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const [few, many] = JSON.parse(stdout) as { host: number; provider: number }[]
    expect((many!.host - few!.host) / (MANY - FEW)).toBeLessThan(OBJECTS_A_RUN)
    expect((many!.provider - few!.provider) / (MANY - FEW)).toBeLessThan(OBJECTS_A_RUN)
  },
  60_000,
)
