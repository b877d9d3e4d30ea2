import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canReplaceCalls, runWithCalls } from '../../../support/storage/failing-calls.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

/** Makes one fsync of a folder fail, the one whose path ends as FAIL_ONCE says, as a disk may. */
const SHIM = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int fsync(int fd) {
  static int failed = 0;
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  char link[64], path[4096];
  const char *end = getenv("FAIL_ONCE");
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length > 0 && end != NULL && !failed) {
    path[length] = 0;
    size_t size = strlen(end);
    if (length >= size && strcmp(path + length - size, end) == 0) { failed = 1; errno = EIO; return -1; }
  }
  return real(fd);
}
`

const PROGRAM = `
const { openStore } = await import(process.argv[1])
const store = await openStore('file:' + process.argv[2])
const attempt = () => store.blobs('atlas').put(Buffer.alloc(40_000), 'image/png').then(() => 'stored', error => error.code)
const outcomes = [await attempt(), await attempt(), await attempt()]
const again = await openStore('file:' + process.argv[2])
outcomes.push(await again.blobs('atlas').put(Buffer.alloc(40_000), 'image/png').then(() => 'stored', error => error.code))
console.log(JSON.stringify(outcomes))
`

test.runIf(canReplaceCalls).each(['/atlas', '/movies'])(
  'a folder (%s) whose fsync failed once is not believed when the next one succeeds',
  async folderName => {
    const module = join(process.cwd(), 'dist/storage/open-store.js')
    const root = join(await temporaryFolder(), 'movies')
    const outcomes = await runWithCalls(SHIM, PROGRAM, [module, root], { FAIL_ONCE: folderName })
    expect(outcomes).toEqual(['STORE_FAILED', 'STORE_FAILED', 'STORE_FAILED', 'stored'])
  },
)
