import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { Conditions } from '../conditions.js'
import { expectPublishedJson } from './expect-published-json.js'

const CLI = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))

export interface CliResult {
  /** The exit code, or the signal that ended the process. */
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

/** A running command whose output can be waited for. */
export class CliProcess {
  readonly child: ChildProcess
  readonly ended: Promise<CliResult>
  #stdout = ''
  #stderr = ''
  readonly #conditions = new Conditions()

  /** @param launcher a program that starts the command, with its arguments */
  constructor(args: readonly string[], cwd: string, launcher: readonly string[] = []) {
    const [program, ...rest] = [...launcher, process.execPath, CLI, ...args] as [string, ...string[]]
    this.child = spawn(program, rest, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    onTestFinished(() => void this.child.kill('SIGKILL'))
    this.child.stdout!.setEncoding('utf8').on('data', text => this.#take('stdout', text))
    this.child.stderr!.setEncoding('utf8').on('data', text => this.#take('stderr', text))
    this.ended = once(this.child, 'close').then(([code, signal]) => ({
      code: code ?? signal,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }))
  }

  /** Resolves with what matches in standard output and error together; rejects when the command ends without it. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    const printed = this.#conditions.found(() => pattern.exec(this.#stdout + this.#stderr) ?? undefined)
    const ended = this.ended.then(({ code, stdout, stderr }) => {
      throw new Error(`The command ended (${code}) without printing ${pattern}:\n${stdout}${stderr}`)
    })
    return await Promise.race([printed, ended])
  }

  #take(stream: 'stdout' | 'stderr', text: string): void {
    if (stream === 'stdout') this.#stdout += text
    else this.#stderr += text
    this.#conditions.look()
  }
}

/** Runs a command to its end. @throws when it prints other JSON than its schema says */
export async function cli(args: readonly string[], cwd: string): Promise<CliResult> {
  const result = await new CliProcess(args, cwd).ended
  if (args.includes('--json')) expectPublishedJson(args[0]!, result.stdout)
  return result
}

/** The one JSON object that a command with `--json` prints, and nothing beside it. */
export function jsonOf({ stdout }: CliResult): Record<string, unknown> {
  if (!/^[^\n]+\n$/.test(stdout)) throw new Error(`expected one line of JSON, got:\n${stdout}`)
  return JSON.parse(stdout) as Record<string, unknown>
}
