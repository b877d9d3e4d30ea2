import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A folder on the disk that is measured (`BENCH_FOLDER`), for as long as it is used.
 *
 * @template Result
 * @param {(folder: string) => Promise<Result>} use
 */
export async function withFolder(use) {
  const folder = await mkdtemp(join(process.env.BENCH_FOLDER ?? tmpdir(), 'showrunner-bench-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
