import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProduceContext } from '../../model/provider/provider.js'
import { inTemporaryFolder } from './temporary-failure.js'

/** Temporary folders of one job, each made when it is asked for; removed with the job. */
export class JobFolders implements AsyncDisposable {
  readonly #context: ProduceContext
  readonly #folders = new Map<string, Promise<string>>()
  #root: Promise<string> | undefined

  constructor(context: ProduceContext) {
    this.#context = context
  }

  of(name: string): Promise<string> {
    let folder = this.#folders.get(name)
    if (folder === undefined) {
      folder = inTemporaryFolder(() => this.#made(name))
      this.#folders.set(name, folder)
    }
    return folder
  }

  async #made(name: string): Promise<string> {
    this.#root ??= mkdtemp(join(tmpdir(), 'showrunner-'))
    const folder = join(await this.#root, name)
    await mkdir(folder)
    return folder
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#root === undefined) return
    try {
      await rm(await this.#root, { recursive: true, force: true })
    } catch (error) {
      // A folder that cannot be removed must not cost a result that is there.
      this.#context.log('warn', `The temporary folder could not be removed: ${(error as Error).message}`)
    }
  }
}
