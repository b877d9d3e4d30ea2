import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canReplaceCalls, runWithCalls } from '../support/storage/failing-calls.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** As on exFAT: link(2) is EPERM. */
const NO_LINKS = `
#include <errno.h>
int link(const char *from, const char *to) { errno = EPERM; return -1; }
int linkat(int a, const char *from, int b, const char *to, int flags) { errno = EPERM; return -1; }
`

const dist = (path: string) => join(process.cwd(), 'dist', path)

test.runIf(canReplaceCalls)(
  'without hard links, too, one of many creates a name, and a movie is made and continued',
  async () => {
    const root = join(await temporaryFolder(), 'movies')
    const program = `
    const { openEngine, inline } = await import(process.argv[1])
    const { openStore } = await import(process.argv[2])
    const store = await openStore('file:' + process.argv[3])
    const created = await Promise.all(Array.from({ length: 40 }, (_, n) => store.files.create('atlas/x', Buffer.from('caller ' + n))))
    const p = inline(async ({ jobId }) => ({ outputs: { P: { bytes: Buffer.from(jobId), mimeType: 'image/png' } } }))
    const engine = await openEngine({ store: 'file:' + process.argv[3], providers: { p } })
    const blueprint = { name: 'm', loops: { i: { count: 3 } }, producers: { A: { loop: 'i', provider: 'p', with: { i: '\${index.i}' }, outputs: { P: 'image/png' } } } }
    const run = async () => (await engine.run({ movieId: 'm', blueprint })).counts
    const counts = [await run(), await run()]
    const { isClean } = await engine.movie('m').verify()
    await engine.close()
    console.log(JSON.stringify({ created, counts, isClean }))
  `
    const outcome = (await runWithCalls(NO_LINKS, program, [
      dist('index.js'),
      dist('storage/open-store.js'),
      root,
    ])) as { created: string[]; counts: object[]; isClean: boolean }
    expect(outcome.created.filter(each => each === 'created')).toHaveLength(1)
    expect(await readFile(join(root, 'atlas/x'), 'utf8')).toBe(`caller ${outcome.created.indexOf('created')}`)
    expect(outcome.counts).toMatchObject([{ succeeded: 3 }, { succeeded: 0, cached: 3 }])
    expect(outcome.isClean).toBe(true)
    expect(await readdir(join(root, 'm/tmp'))).toEqual([])
  },
)

test.runIf(canReplaceCalls)(
  'a log of segments says what it lacks before anything is written to it',
  async () => {
    const root = await temporaryFolder()
    const program = `
    const { LocalFiles } = await import(process.argv[1])
    const { requireLinks } = await import(process.argv[2])
    const failure = await requireLinks(new LocalFiles(process.argv[3], 'process'), 'atlas').catch(error => error)
    console.log(JSON.stringify({ code: failure.code, message: failure.message }))
  `
    const files = [dist('storage/local/local-files.js'), dist('storage/local/require-links.js'), root]
    expect(await runWithCalls(NO_LINKS, program, files)).toMatchObject({
      code: 'STORE_UNSUPPORTED',
      message: expect.stringContaining('hard links'),
    })
    expect(await readdir(join(root, 'atlas/tmp'))).toEqual([])
  },
)
