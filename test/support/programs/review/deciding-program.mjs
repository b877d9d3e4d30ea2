// Records a person's decisions and kills itself while it appends them to the log:
// `node deciding-program.mjs <store> <decisions as JSON> <share>`. So much of the append is on the disk then, from 0 to 1.

import fs from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { openEngine } from '../../../../dist/index.js'

const [store, decisions, share] = process.argv.slice(2)
const { write } = fs
createRequire(import.meta.url)('node:fs').write = (descriptor, bytes, ...rest) => {
  const [offset, length] = typeof rest[0] === 'number' ? rest : [0, bytes.length]
  const size = length ?? bytes.length
  if (!Buffer.from(bytes.buffer, bytes.byteOffset + offset, size).includes('"artifact.reviewed"'))
    return write(descriptor, bytes, ...rest)
  const written = Math.round(size * Number(share))
  if (written > 0) fs.writeSync(descriptor, bytes, offset, written)
  process.kill(process.pid, 'SIGKILL')
}
syncBuiltinESMExports()
const engine = await openEngine({ store })
await engine.movie('shots').review(JSON.parse(decisions))
await engine.close()
