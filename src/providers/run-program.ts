import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { PROCESS_GRACE_MS } from '../model/limit.js'
import { processGroups } from '../model/process-group.js'
import { ProviderError } from '../model/provider-error.js'

const STDERR_TAIL_CHARS = 4_096

export interface ProgramCall<Output> {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string | undefined
  readonly signal: AbortSignal
  /** Reads standard output; absent: it is thrown away. */
  readonly consume: ((stdout: Readable) => Promise<Output>) | undefined
}

export interface ProgramResult<Output> {
  readonly exitCode: number | null
  readonly exitSignal: NodeJS.Signals | null
  /** The end of standard error. */
  readonly stderr: string
  readonly output: Output | undefined
}

/**
 * Runs a program without a shell, as the leader of a process group of its own. On abort the whole group gets
 * SIGTERM, and SIGKILL when it is still there after PROCESS_GRACE_MS; then the signal's reason is thrown. What
 * the program leaves behind in its group when it ends is ended in the same way.
 */
export async function runProgram<Output>(call: ProgramCall<Output>): Promise<ProgramResult<Output>> {
  call.signal.throwIfAborted()
  const child = started(call)
  const { pid } = child
  if (pid === undefined) throw cannotStart(call.command, (await once(child, 'error'))[0])
  processGroups.publish({ pid, state: 'started' })
  const stopWatching = endGroupInTime(child, pid, call.signal)
  try {
    const stderr = tailOf(child.stderr!)
    // A program may well end without reading all of its input.
    child.stdin?.on('error', () => {}).end(call.stdin)
    const consumed = call.consume === undefined ? undefined : settled(call.consume(child.stdout!), pid)
    const [exitCode, exitSignal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    const output = await consumed
    call.signal.throwIfAborted()
    if (output?.error !== undefined) throw output.error
    return { exitCode, exitSignal, stderr: stderr(), output: output?.value }
  } finally {
    stopWatching()
    processGroups.publish({ pid, state: 'ended' })
  }
}

/** Ends the group when its output can not be taken, and keeps the error until the program is gone. */
async function settled<Output>(
  consuming: Promise<Output>,
  pid: number,
): Promise<{ value?: Output; error?: unknown }> {
  try {
    return { value: await consuming }
  } catch (error) {
    killGroup(pid, 'SIGKILL')
    return { error }
  }
}

function started({ command, args, cwd, env, stdin, consume }: ProgramCall<unknown>): ChildProcess {
  try {
    return spawn(command, args, {
      cwd,
      env,
      stdio: [stdin === undefined ? 'ignore' : 'pipe', consume === undefined ? 'ignore' : 'pipe', 'pipe'],
      detached: true,
    })
  } catch (error) {
    throw cannotStart(command, error as NodeJS.ErrnoException)
  }
}

/**
 * Ends the group on abort, and what is left of it once its leader has ended. A descendant may hold the pipes
 * open for ever, so they are closed when the time to end is over.
 */
function endGroupInTime(child: ChildProcess, pid: number, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined
  const end = () => {
    killGroup(pid, 'SIGTERM')
    timer ??= setTimeout(() => {
      killGroup(pid, 'SIGKILL')
      if (child.exitCode !== null || child.signalCode !== null) closePipes(child)
      else child.once('exit', () => closePipes(child))
    }, PROCESS_GRACE_MS)
  }
  const onAbort = () => {
    end()
    // Nobody reads what a descendant still has to say.
    child.once('exit', () => {
      killGroup(pid, 'SIGKILL')
      closePipes(child)
    })
  }
  child.once('exit', end)
  signal.addEventListener('abort', onAbort)
  return () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

function closePipes(child: ChildProcess): void {
  child.stdout?.destroy()
  child.stderr?.destroy()
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // The group is gone.
  }
}

function tailOf(stream: Readable): () => string {
  let tail = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-STDERR_TAIL_CHARS)
  })
  return () => tail
}

function cannotStart(command: string, error: NodeJS.ErrnoException): ProviderError {
  const code = error.code === 'E2BIG' ? 'too_large' : 'invalid'
  return new ProviderError(code, `Program "${command}" ${startProblem(command, error)}.`, { cause: error })
}

function startProblem(command: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'E2BIG') return 'got more arguments than the system takes. Give large texts by config.stdin'
  if (code !== 'ENOENT') return `cannot be started: ${message}`
  return command.includes('/') && existsSync(command)
    ? 'names an interpreter in its first line ("#!…") that was not found'
    : 'was not found. Install it, or give its path in config.command'
}
