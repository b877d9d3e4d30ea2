import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type CliResult, cli } from '../../support/cli/cli.js'
import { REPOSITORY } from '../../support/markdown.js'
import { startEchoServer } from '../../support/servers/echo-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** Three secrets, each where only one thing says that it is one. */
const SECRETS = {
  /** `$env` in the config: the variable's name says nothing. */
  LIGHTHOUSE: 'planted"in+the/environment\\0123',
  /** Read by the provider itself: the variable's name says it. */
  PLANTED_KEY: 'planted-beside-the-config-4567',
  /** `$file` in the config. */
  file: 'planted=in a file & 89ab',
}

const blueprint = (url: string) => `name: leak
producers:
  Good: { provider: service, config: { act: good }, outputs: { Text: text, Data: application/octet-stream } }
  Bad: { provider: service, config: { act: bad }, outputs: { Text: text } }
  Bug: { provider: service, config: { act: bug }, outputs: { Text: text } }
  Thrown: { provider: service, config: { act: thrown }, outputs: { Text: text } }
  Late: { provider: service, config: { act: late }, outputs: { Text: text } }
  Program:
    provider: command
    config:
      command: sh
      args: ["-c", "printenv LIGHTHOUSE PLANTED_KEY >&2; exit 1"]
      env: [LIGHTHOUSE, PLANTED_KEY]
    outputs: { Text: text }
  Fetch: { provider: service, config: { act: fetch, url: "${url}" }, outputs: { Text: text } }
`

const config = (url: string) => `providers:
  service:
    module: ./service.mjs
    config: { url: "${url}", key: { $env: LIGHTHOUSE }, other: { $file: ./secret.txt } }
`

const PROVIDER = `
import { ProviderError, responseError } from 'showrunner/provider'

const SAYS = {
  good: call,
  bad: call,
  bug(secrets) {
    throw new Error('a bug with ' + secrets, { cause: new Error(secrets.join()) })
  },
  thrown(secrets) {
    throw { message: secrets.join(), secrets }
  },
  late(secrets) {
    setTimeout(() => { throw new Error('too late with ' + secrets) }, 20)
    void Promise.reject(new Error('forgotten with ' + secrets))
    return { outputs: { Text: 'made' } }
  },
  async fetch(secrets, { config }, { signal }) {
    await fetch('http://127.0.0.1:1/?key=' + encodeURIComponent(secrets[0]), { signal }).catch(cause => {
      throw new ProviderError('invalid', 'no answer from /?key=' + secrets.map(encodeURIComponent), { cause })
    })
  },
}

async function call(secrets, { config }, context) {
  context.log('info', 'calling with ' + secrets)
  context.log('warn', JSON.stringify({ secrets }))
  context.progress(0.1, 'with ' + secrets[1])
  const headers = { authorization: 'Bearer ' + secrets[0], 'x-key': secrets[1], cookie: secrets[2] }
  headers['x-basic'] = btoa('me:' + secrets[1]) + ' ' + btoa(secrets[0])
  const url = config.url + '/' + config.act + '?key=' + encodeURIComponent(secrets[2])
  const response = await fetch(url, { headers, signal: context.signal })
  if (!response.ok) throw responseError(response, await response.text())
  const Data = await context.blob(new Uint8Array(8), 'application/octet-stream')
  return { outputs: { Text: await response.json(), Data } }
}

export default (request, context) => {
  const { config } = request
  const secrets = [config.key, process.env.PLANTED_KEY, config.other]
  return SAYS[config.act](secrets, request, context)
}
`

/** A secret as it may stand in a text. */
const formsOf = (secret: string): string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  encodeURIComponent(secret),
  // Half of one, at the end of what was cut off.
  secret.slice(0, 12),
  Buffer.from(secret).toString('base64'),
]

/** Where a secret was found. */
function leaksIn(texts: ReadonlyMap<string, string>): string[] {
  return [...texts].flatMap(([place, text]) =>
    Object.entries(SECRETS).flatMap(([name, secret]) =>
      formsOf(secret)
        .filter(form => text.includes(form))
        .map(form => {
          const at = text.indexOf(form)
          return `${place}: ${name}: …${text.slice(Math.max(0, at - 60), at + form.length + 10)}`
        }),
    ),
  )
}

async function filesBelow(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  return new Map(await Promise.all(paths.map(async path => [path, await readFile(path, 'latin1')] as const)))
}

test('no secret is in anything that a run writes or a command prints', { timeout: 120_000 }, async () => {
  const { url, answers } = await startEchoServer()
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'node_modules'))
  await symlink(REPOSITORY, join(folder, 'node_modules/showrunner'))
  const write = (name: string, text: string) => writeFile(join(folder, name), text)
  await write('leak.yaml', blueprint(url))
  await write('showrunner.config.yaml', config(url))
  await write('service.mjs', PROVIDER)
  await write('secret.txt', `${SECRETS.file}\n`)
  process.env.LIGHTHOUSE = SECRETS.LIGHTHOUSE
  process.env.PLANTED_KEY = SECRETS.PLANTED_KEY
  onTestFinished(() => {
    delete process.env.LIGHTHOUSE
    delete process.env.PLANTED_KEY
  })

  const printed = new Map<string, string>()
  const say = async (...args: string[]): Promise<CliResult> => {
    const result = await cli(args, folder)
    printed.set(`${args.join(' ')}: stdout`, result.stdout)
    printed.set(`${args.join(' ')}: stderr`, result.stderr)
    return result
  }
  const run = await say('run', 'leak.yaml', '--threads', '1')
  await say('run', 'leak.yaml', '--json', '--movie', 'other')
  await say('log', 'leak')
  await say('log', 'leak', '--json')
  await say('status', 'leak')
  await say('status', 'leak', '--json')
  await say('plan', 'leak.yaml', '--explain', 'Producer:Bad')
  await say('plan', 'leak.yaml', '--json')
  await say('artifacts', 'leak', '--json')
  await say('verify', 'leak')

  // What could have told it was there.
  expect(run).toMatchObject({ code: 1 })
  expect(answers).toEqual(expect.arrayContaining(['/good 503', '/good 200', '/bad 401']))
  const log = printed.get('log leak --json: stdout')!
  for (const part of ['not with', 'a bug with', 'no answer from', 'overloaded', 'auth', 'Program'])
    expect(log).toContain(part)
  expect(log).toContain('[secret]')
  for (const part of ['too late with', 'forgotten with']) expect(run.stderr).toContain(part)

  expect(leaksIn(printed)).toEqual([])
  const files = await filesBelow(join(folder, 'movies'))
  expect([...files.keys()].filter(path => path.endsWith('events.jsonl'))).toHaveLength(2)
  expect(leaksIn(files)).toEqual([])
})

test('a key that stands in a blueprint stays there: the record of the run has none', async () => {
  const folder = await temporaryFolder()
  const config = {
    apiKey: 'planted-in-the-blueprint',
    more: [{ password: 'planted-in-a-list' }],
    url: 'https://ann:planted-in-it@example.com/{{name}}?api_key=planted&key={{key}}&page=2',
    maxTokens: 7,
  }
  await writeFile(join(folder, 'shout.mjs'), 'export default () => ({ outputs: { Text: "x" } })')
  await writeFile(join(folder, 'showrunner.config.yaml'), 'providers: { shout: { module: ./shout.mjs } }')
  const producer = { provider: 'shout', config, outputs: { Text: 'text' } }
  await writeFile(join(folder, 'leak.yaml'), JSON.stringify({ name: 'leak', producers: { Shout: producer } }))
  await cli(['run', 'leak.yaml'], folder)
  const runs = join(folder, 'movies', 'leak', 'runs')
  const [run] = await readdir(runs)
  const record = await readFile(join(runs, run!, 'plan.json'), 'utf8')
  expect(JSON.parse(record).blueprint.producers.Shout.config).toEqual({
    apiKey: '[secret]',
    more: [{ password: '[secret]' }],
    url: 'https://[secret]:[secret]@example.com/{{name}}?api_key=[secret]&key={{key}}&page=2',
    maxTokens: 7,
  })
})

test('keys in `with`, in inputs and in rows are blanked out of the record, other data is not', async () => {
  vi.stubEnv('PLANTED_TOKEN', 'planted"in the environment')
  onTestFinished(() => void vi.unstubAllEnvs())
  const folder = await temporaryFolder()
  const blueprint = {
    name: 'leak',
    inputs: {
      rows: { type: 'table' },
      apiKey: { type: 'text', default: 'planted-as-a-default' },
      note: { type: 'text' },
    },
    loops: { row: { over: '${inputs.rows}' } },
    producers: {
      Shout: {
        loop: 'row',
        provider: 'template',
        with: { password: 'planted-in-with', of: '${row.key}', about: 'sk-planted-in-a-text-1234' },
        config: { template: '{{of}}' },
        outputs: { Text: 'text' },
      },
    },
  }
  await writeFile(join(folder, 'leak.yaml'), JSON.stringify(blueprint))
  const rows = [
    { key: 'fox', tokens: 12, api_key: 'planted-in-a-row', more: { secret: ['planted-deeper'] } },
    { key: 'hen', tokens: 7, api_key: '', note: 'planted"in the environment' },
  ]
  await writeFile(join(folder, 'rows.json'), JSON.stringify(rows))
  const given = ['-i', 'rows=@rows.json', '-i', 'note=planted"in the environment']
  expect((await cli(['run', 'leak.yaml', ...given], folder)).code).toBe(0)
  const runs = join(folder, 'movies', 'leak', 'runs')
  const [run] = await readdir(runs)
  const plan = await readFile(join(runs, run!, 'plan.json'), 'utf8')
  const inputs = await readFile(join(runs, run!, 'inputs.json'), 'utf8')
  expect(plan + inputs).not.toContain('planted')
  expect(JSON.parse(plan).blueprint.producers.Shout.with.of).toBe('${row.key}')
  expect(JSON.parse(inputs).rows).toEqual([
    { key: 'fox', tokens: 12, api_key: '[secret]', more: { secret: ['[secret]'] } },
    { key: 'hen', tokens: 7, api_key: '[secret]', note: '[secret]' },
  ])
})
