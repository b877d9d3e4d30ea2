import { measureMicro } from '../measure/measure-micro.mjs'
import { admission } from '../micro/admission.mjs'
import { append } from '../micro/append.mjs'
import { blobPut } from '../micro/blob-put.mjs'
import { evolution } from '../micro/evolve.mjs'
import { decodeLines, encodeLines } from '../micro/log-lines.mjs'
import { mailbox } from '../micro/mailbox.mjs'
import { planArithmetic } from '../micro/plan-arithmetic.mjs'
import { reference } from '../micro/reference.mjs'
import { withFolder } from '../support/temporary-folder.mjs'

const MICROS = [
  mailbox,
  reference,
  planArithmetic,
  evolution,
  encodeLines,
  decodeLines,
  append,
  blobPut,
  admission,
]

/** The steps of a job's way one by one, each against the plainest code that does about the same. */
export async function micro(/** @type {boolean} */ isSmoke) {
  return withFolder(async folder => {
    const rows = []
    for (const prepare of MICROS) {
      /** @type {any} */
      const subject = await prepare(folder)
      rows.push(await measureMicro(subject, isSmoke))
      await subject.close?.()
    }
    return rows
  })
}
