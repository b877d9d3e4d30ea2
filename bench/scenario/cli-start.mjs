import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { measurePairs, timed } from '../measure/measure.mjs'
import { timeRow } from '../report/row.mjs'
import { withFolder } from '../support/temporary-folder.mjs'

const execute = promisify(execFile)
const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const SMALLEST = `name: smallest
producers:
  Line:
    provider: template
    config: { template: hello }
    outputs: { Text: text }
`

/** How long the command needs to begin, against a Node that does nothing. */
export async function cliStart(/** @type {boolean} */ isSmoke) {
  return withFolder(async folder => {
    await writeFile(join(folder, 'smallest.yaml'), SMALLEST)
    const node = (/** @type {string[]} */ ...args) =>
      timed(() => execute(process.execPath, args, { cwd: folder }))
    const start = (/** @type {string[]} */ ...args) =>
      measurePairs(isSmoke ? 1 : 15, {
        ours: () => node(PROGRAM, ...args),
        theirs: () => node('-e', '0'),
        isWarm: isSmoke,
      })
    const against = 'node -e 0'
    return [
      timeRow({ name: 'start of showrunner --version', goal: 2, against }, await start('--version')),
      timeRow(
        {
          name: 'start of showrunner plan',
          goal: 2,
          against,
          why: 'Compiling and starting what reads and checks a blueprint, mostly the YAML parser and the schema library. From Node 22 on, compiled code is kept between commands.',
        },
        await start('plan', 'smallest.yaml'),
      ),
    ]
  })
}
