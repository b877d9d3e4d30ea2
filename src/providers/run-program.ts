import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
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
 * SIGTERM, and SIGKILL when it is still there after PROCESS_GRACE_MS; then the signal's reason is thrown.
 */
export async function runProgram<Output>(call: ProgramCall<Output>): Promise<ProgramResult<Output>> {
  call.signal.throwIfAborted()
  const child = spawn(call.command, call.args, {
    cwd: call.cwd,
    env: call.env,
    stdio: [
      call.stdin === undefined ? 'ignore' : 'pipe',
      call.consume === undefined ? 'ignore' : 'pipe',
      'pipe',
    ],
    detached: true,
  })
  const { pid } = child
  if (pid === undefined) throw cannotStart(call.command, (await once(child, 'error'))[0])
  processGroups.publish({ pid, state: 'started' })
  const stopWatching = endGroupOnAbort(child, pid, call.signal)
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

function endGroupOnAbort(child: ChildProcess, pid: number, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined
  const onAbort = () => {
    killGroup(pid, 'SIGTERM')
    timer = setTimeout(() => killGroup(pid, 'SIGKILL'), PROCESS_GRACE_MS)
    child.once('exit', () => {
      killGroup(pid, 'SIGKILL')
      // A descendant that left the group may hold the pipes open for ever.
      child.stdout?.destroy()
      child.stderr?.destroy()
    })
  }
  signal.addEventListener('abort', onAbort)
  return () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
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
  const problem =
    error.code === 'ENOENT'
      ? 'was not found. Install it, or give its path in config.command'
      : `cannot be started: ${error.message}`
  return new ProviderError(
    error.code === 'E2BIG' ? 'too_large' : 'invalid',
    `Program "${command}" ${problem}.`,
    {
      cause: error,
    },
  )
}
