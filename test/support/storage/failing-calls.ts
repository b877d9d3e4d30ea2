import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '../temporary-folder.js'

const run = promisify(execFile)

/** Calls of the C library can be replaced: on Linux, with a compiler. */
export const canReplaceCalls = await run('gcc', ['--version']).then(
  () => process.platform === 'linux',
  () => false,
)

/** Runs a module's text in a process in which the calls that `source` (C) defines take the place of the system's. */
export async function runWithCalls(
  source: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const folder = await temporaryFolder()
  const library = join(folder, 'calls.so')
  await writeFile(join(folder, 'calls.c'), source)
  await run('gcc', ['-shared', '-fPIC', '-o', library, join(folder, 'calls.c'), '-ldl'])
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program, ...args], {
    env: { ...process.env, ...env, LD_PRELOAD: library },
  })
  return JSON.parse(stdout)
}
