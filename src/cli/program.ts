import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import {
  ARTIFACTS_EXAMPLES,
  EDIT_EXAMPLES,
  LOG_EXAMPLES,
  PROBE_EXAMPLES,
  REHEARSE_EXAMPLES,
  RUN_EXAMPLES,
} from './examples.js'
import {
  dollars,
  duration,
  gather,
  outageWaitOption,
  scheduleOption,
  sequenceNumber,
  wholeNumber,
  wholeNumbers,
} from './options.js'

/** The command line. Commands load their code when they are called, so that help and version are instant. */
export function createProgram(): Command {
  const program = new Command('showrunner')
    .description(
      'Turns a blueprint and inputs into artifacts: thousands to millions of AI provider calls a run.',
    )
    .version(packageVersion())
    .showHelpAfterError('(add --help for the options and examples)')
    .exitOverride()
  addRun(program)
  addPlan(program)
  addRehearse(program)
  addProbe(program)
  addMovieCommands(program)
  addStoreCommands(program)
  return program
}

function packageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

const withStore = (command: Command): Command =>
  command
    .option('--store <url>', 'where movies live: file:./movies (default), s3://bucket/prefix')
    .option('--config <file>', 'config file (default: showrunner.config.{yaml,json,js,mjs} in this folder)')
    .option('--json', 'machine-readable output on stdout, nothing else')

const withPlan = (command: Command): Command =>
  withStore(
    command
      .argument('<blueprint>', 'blueprint file (YAML or JSON)')
      .option(
        '-i, --input <name=value>',
        'an input; name=@file reads .csv, .tsv, .jsonl, .json, .yaml or text',
        gather,
      )
      .option('--inputs <file>', 'inputs from a YAML or JSON file; -i lies over it')
      .option('--movie <id>', "movie to build (default: the blueprint's name)")
      .option(
        '--regenerate <id>',
        'make a job, or all jobs of a producer, once more (lasts until it is made)',
        gather,
      )
      .option('--up-to-layer <n>', 'only the first n layers', wholeNumber)
      .option(
        '--budget <amount>',
        'dollars the movie may cost in all: 20usd, or images=5usd at one provider',
        gather,
      )
      .option('--budget-run <amount>', 'dollars this run may cost, whatever was spent before', gather)
      .option('--simulate', 'replace every provider by a simulation'),
  )

function addRun(program: Command): void {
  withPlan(program.command('run'))
    .description('make everything the blueprint asks for that is not there yet')
    .option('--concurrency <n>', 'jobs at the same time (default: 5)', wholeNumber)
    .option('--threads <n>', 'worker threads (default: number of cores)', wholeNumber)
    .option('--cache <url>', 'results of all movies, to be used again: file:./cache, s3://bucket/prefix')
    .addOption(scheduleOption())
    .option('--fail-fast', 'start nothing new after the first failed job')
    .option('--wait [duration]', 'wait for another run of the movie to end: 30s, 2m (default: 60s)', duration)
    .addOption(outageWaitOption())
    .option('--takeover', 'take the movie from a run in progress, which is fenced out and ends')
    .option('--dry-run', 'say what would run, and stop')
    .option('--quiet', 'no progress, only the result')
    .addHelpText('after', RUN_EXAMPLES)
    .action(async (blueprint, options) => (await import('./commands/run.js')).run(blueprint, options))
}

function addPlan(program: Command): void {
  withPlan(program.command('plan'))
    .description('show what would run, by layer, and why; writes nothing')
    .option('--explain <job>', 'why one job would run or not')
    .addHelpText(
      'after',
      '\nExample:\n  $ showrunner plan book.yaml -i story=Fox --explain "Producer:Picture[3]"',
    )
    .action(async (blueprint, options) => (await import('./commands/plan.js')).plan(blueprint, options))
}

function addRehearse(program: Command): void {
  withPlan(program.command('rehearse'))
    .description('how long a run would take and cost, and what would hold it back; calls nobody')
    .option('--concurrency <n,…>', 'jobs at the same time; several to compare: 5,20,100', wholeNumbers)
    .addOption(scheduleOption())
    .option('--fail-fast', 'start nothing new after the first failed job')
    .addOption(outageWaitOption())
    .option(
      '--latency <provider=time>',
      'how long its calls take: images=800ms, or images=@latency.json',
      gather,
    )
    .addHelpText('after', REHEARSE_EXAMPLES)
    .action(async (blueprint, options) =>
      (await import('./commands/rehearse.js')).rehearse(blueprint, options),
    )
}

function addProbe(program: Command): void {
  withStore(program.command('probe').argument('[blueprint]', 'blueprint file (YAML or JSON)'))
    .description('find out how much concurrency a provider takes, by calling it')
    .option('--producer <name>', "the blueprint's producer whose jobs are the calls")
    .option('-i, --input <name=value>', 'an input of the blueprint, as for run', gather)
    .option('--inputs <file>', 'inputs from a YAML or JSON file; -i lies over it')
    .option('--movie <id>', 'movie that has what the producer reads; it is only read')
    .option('--simulate', 'replace the provider by a simulation')
    .option('--provider <name>', 'without a blueprint: a provider of the config, or a built-in one')
    .option('--model <name>', "model of the provider, or in place of the producer's")
    .option(
      '--with <name=value>',
      'an input of each call, in place of or beside those of the producer; name=@file reads it',
      gather,
    )
    .option('--output-type <type>', 'with --provider: text, json or a MIME type (default: text)')
    .option('--max-concurrency <n>', 'calls at the same time, at most (default: 256)', wholeNumber)
    .option('--max-calls <n>', 'calls in all, at most (default: 2000)', wholeNumber)
    .option('--max-cost <amount>', 'refuse to start when all calls could cost more: 5usd', dollars)
    .option('--max-time <duration>', 'time it may take (default: 2m)', duration)
    .option('--threads <n>', 'worker threads (default: number of cores)', wholeNumber)
    .option('--html <file>', 'write a page with the curves')
    .option('--output <file>', 'write the latencies, for simulate')
    .option('--quiet', 'no progress, only the result')
    .addHelpText('after', PROBE_EXAMPLES)
    .action(async (blueprint, options) => (await import('./commands/probe.js')).probe(blueprint, options))
}

function addMovieCommands(program: Command): void {
  const movie = (name: string) => withStore(program.command(name).argument('<movie>', 'movie id'))
  movie('status')
    .description('how far a movie is, what failed, who writes it')
    .action(async (id, options) => (await import('./commands/status.js')).status(id, options))
  movie('log')
    .description('the event log of a movie')
    .option('--follow', 'go on with new events until Ctrl-C')
    .option('--since <seq>', 'events behind this sequence number', sequenceNumber)
    .option('--type <type>', 'only events of this type, e.g. job.failed', gather)
    .addHelpText('after', LOG_EXAMPLES)
    .action(async (id, options) => (await import('./commands/log.js')).log(id, options))
  movie('artifacts')
    .description('the artifacts of a movie; --export writes them as files')
    .option('--id <pattern>', 'only ids that match; * stands for anything', gather)
    .option('--export <dir>', 'folder to write the artifacts to')
    .addHelpText('after', ARTIFACTS_EXAMPLES)
    .action(async (id, options) => (await import('./commands/artifacts.js')).artifacts(id, options))
  movie('verify')
    .description("check every line's checksum, every blob's hash, and the manifest against the log")
    .option('--deep', 'read every blob and check its hash, which is always done')
    .action(async (id, options) => (await import('./commands/verify.js')).verify(id, options))
  movie('edit')
    .argument('<artifact>', 'artifact id')
    .description('put a version of your own in the place of an artifact; later runs keep it')
    .option('--file <path>', 'the new version, in a file')
    .option('--text <text>', 'the new version')
    .option('--base <hash>', 'refuse when the version that is there now has another hash')
    .addHelpText('after', EDIT_EXAMPLES)
    .action(async (id, artifact, options) => (await import('./commands/keep.js')).edit(id, artifact, options))
  movie('pin')
    .argument('<artifact>', 'artifact id')
    .description('keep an artifact as it is, whatever its job makes')
    .action(async (id, artifact, options) => (await import('./commands/keep.js')).pin(id, artifact, options))
  movie('unpin')
    .argument('<artifact>', 'artifact id')
    .description('give an artifact back to its job')
    .action(async (id, artifact, options) =>
      (await import('./commands/keep.js')).unpin(id, artifact, options),
    )
  movie('gc')
    .description('remove blobs that no event names, old manifests and leftover temporary files')
    .option(
      '--gone',
      'remove artifacts as well whose row or output is gone, unless they are pinned or edited',
    )
    .option('--dry-run', 'say what would be removed, and stop')
    .action(async (id, options) => (await import('./commands/gc.js')).gc(id, options))
  program
    .command('copy')
    .argument('<movie>', 'movie id')
    .description('copy a movie into another store, with every hash checked')
    .option('--from <url>', 'store that has it (default: that of the config, or file:./movies)')
    .requiredOption('--to <url>', 'store to copy it to')
    .option('--config <file>', 'config file (default: showrunner.config.{yaml,json,js,mjs} in this folder)')
    .option('--json', 'machine-readable output on stdout, nothing else')
    .addHelpText(
      'after',
      '\nExample:\n  $ showrunner copy my-book --to "s3://my-bucket/movies?region=eu-central-1"',
    )
    .action(async (id, options) => (await import('./commands/copy.js')).copy(id, options))
}

function addStoreCommands(program: Command): void {
  withStore(program.command('list'))
    .description('the movies in the store')
    .action(async options => (await import('./commands/list.js')).list(options))
  program
    .command('init')
    .argument('[dir]', 'folder to write to', '.')
    .description('write a small blueprint, inputs and config to start from')
    .option('--json', 'machine-readable output on stdout, nothing else')
    .action(async (dir, options) => (await import('./commands/init.js')).init(dir, options))
}
