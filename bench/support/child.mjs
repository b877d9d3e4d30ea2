import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/**
 * Runs a program of `bench/programs` in a process of its own, whose memory is its own, too.
 *
 * @param {string} name @param {readonly (string | number)[]} args @returns {Promise<any>} the JSON that it prints
 */
export async function runProgram(name, args) {
  const file = fileURLToPath(new URL(`../programs/${name}.mjs`, import.meta.url))
  const { stdout } = await execute(process.execPath, [file, ...args.map(String)])
  return JSON.parse(stdout)
}
