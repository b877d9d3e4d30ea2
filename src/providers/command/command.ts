import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { JsonValue } from '../../model/json.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type {
  OutputRequest,
  OutputValue,
  ProduceContext,
  ProduceRequest,
} from '../../model/provider/provider.js'
import { VALUE_LIMIT_BYTES } from '../../model/value-limits.js'
import { configuredProvider } from '../kit/configured-provider.js'
import { renderTemplate, type TemplateView } from '../kit/template/render-template.js'
import { templatesIn } from '../kit/template/template-names.js'
import { textOfBytes, textOutput } from '../kit/text-output.js'
import { fileOutput, inputsAsFiles } from './command-files.js'
import { JobFolders } from './job-folders.js'
import { type ProgramResult, runProgram } from './run-program.js'

const configSchema = z.strictObject({
  /** A program on the PATH, or a path from the blueprint's folder when it has a slash. */
  command: z.string().min(1),
  /** Mustache templates over the inputs; a blob appears as the path of a file. */
  args: z.array(z.string()).default([]),
  stdin: z.string().optional(),
  /** By output name: the file, in the working folder, that the program writes. */
  files: z.record(z.string(), z.string().min(1)).default({}),
  /** Names of environment variables that the program may see besides the usual few. */
  env: z.array(z.string()).default([]),
  /** Exit codes that mean "try again later". */
  retryOn: z.array(z.int()).default([]),
})
type CommandConfig = z.infer<typeof configSchema>

const USUAL_ENVIRONMENT = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
]
const STDERR_LINES = 5

/**
 * Runs a local program, without a shell, in an empty folder of its own. Outputs come from the files named
 * in `config.files`; the one output that is not there comes from standard output.
 */
const command = configuredProvider('command', configSchema, {
  look: {
    templates: ({ args, stdin, files }) => [
      ...templatesIn(args, ['args'], ['baseFolder']),
      ...templatesIn(stdin, ['stdin'], ['baseFolder']),
      ...templatesIn(files, ['files'], ['baseFolder', 'index', 'number']),
    ],
    byOutput: ({ files }) => ({ files }),
  },
  async produce(config, request, context) {
    const stdoutName = outputOfStdout(request.outputs, config)
    await using folders = new JobFolders(context)
    const inputs = await inputsAsFiles(request.inputs, () => folders.of('inputs'), context)
    const view = {
      baseFolder: request.baseFolder,
      feedback: context.feedback as unknown as JsonValue,
      ...inputs,
    }
    const files = Object.entries(config.files)
    const folder = files.length === 0 ? undefined : await folders.of('work')
    const result = await runProgram({
      command: config.command.includes('/') ? resolve(request.baseFolder, config.command) : config.command,
      args: config.args.map(arg => renderTemplate(arg, view)),
      cwd: folder,
      env: environment(config.env),
      stdin: config.stdin === undefined ? undefined : renderTemplate(config.stdin, view),
      signal: context.signal,
      consume:
        stdoutName === undefined
          ? undefined
          : stdout => readStdout(stdoutName, request.outputs[stdoutName]!, stdout, context),
    })
    checkExit(config, result)
    const outputs: Record<string, OutputValue> = {}
    if (stdoutName !== undefined) outputs[stdoutName] = result.output!
    for (const [name, file] of files) {
      outputs[name] = await filesOutput(name, request, file, folder!, context)
    }
    return { outputs }
  },
})
export default command

/** The output that no file is named for. */
function outputOfStdout(outputs: ProduceRequest['outputs'], { files }: CommandConfig): string | undefined {
  const unknown = Object.keys(files).find(name => !Object.hasOwn(outputs, name))
  if (unknown !== undefined) throw invalid(`config.files.${unknown} is not an output of this producer.`)
  const names = Object.keys(outputs).filter(name => !Object.hasOwn(files, name))
  if (names.length > 1) {
    throw invalid(
      `outputs ${names.join(', ')} have no file in config.files; one at most can be standard output.`,
    )
  }
  const [name] = names
  if (name !== undefined && outputs[name]!.type.endsWith('/*')) {
    throw invalid(
      `output "${name}" comes from standard output and needs an exact type in place of ${outputs[name]!.type}.`,
    )
  }
  return name
}

async function readStdout(
  name: string,
  { type, count }: OutputRequest,
  stdout: Readable,
  context: ProduceContext,
): Promise<OutputValue> {
  if (count === undefined && type.includes('/')) return (await context.blob(stdout, type)) as OutputValue
  const text = await textOf(name, stdout)
  // A list is printed as JSON, whatever the type of its elements.
  return textOutput(name, count === undefined ? type : 'json', text)
}

async function textOf(name: string, stdout: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > VALUE_LIMIT_BYTES) {
      throw new ProviderError(
        'too_large',
        `Output "${name}": the program printed more than ${VALUE_LIMIT_BYTES} bytes. Give the output a MIME type.`,
      )
    }
    chunks.push(chunk)
  }
  return textOfBytes(name, Buffer.concat(chunks))
}

/** One file; for a list one file an element, told apart by `index` (from 0) or `number` (from 1). */
async function filesOutput(
  name: string,
  { outputs }: ProduceRequest,
  file: string,
  folder: string,
  context: ProduceContext,
): Promise<OutputValue> {
  const { type, count } = outputs[name]!
  if (count === undefined) return await fileOutput(name, type, file, folder, context)
  const list: OutputValue[] = []
  for (let index = 0; index < count; index++) {
    const view: TemplateView = { index, number: index + 1 }
    list.push(await fileOutput(`${name}[${index}]`, type, renderTemplate(file, view), folder, context))
  }
  return list as OutputValue
}

function checkExit(config: CommandConfig, { exitCode, exitSignal, stderr }: ProgramResult<unknown>): void {
  if (exitCode === 0) return
  const lines = stderr.trimEnd().split('\n').slice(-STDERR_LINES).join('\n')
  const how = exitCode === null ? `was ended by ${exitSignal}` : `exited with ${exitCode}`
  const code = exitCode !== null && config.retryOn.includes(exitCode) ? 'overloaded' : 'bug'
  throw new ProviderError(code, `Program "${config.command}" ${how}${lines === '' ? '.' : `: ${lines}`}`)
}

/** A program does not get the whole environment: it may hold keys. */
function environment(allowed: readonly string[]): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const name of [...USUAL_ENVIRONMENT, ...allowed]) {
    const value = process.env[name]
    if (value !== undefined) passed[name] = value
  }
  return passed
}

const invalid = (problem: string) => new ProviderError('invalid', `Provider command: ${problem}`)
