import { Option } from '@commander-js/extra-typings'
import {
  durationOption,
  elementCountOption,
  gatherCodesOption,
  gatherOption,
  shareOption,
  wholeNumberOption,
} from './option-values.js'
import { storeCommand } from './store-command.js'

/** A command that plans a blueprint, as `run` does. */
export const planCommand = (name: string) =>
  storeCommand(name)
    .argument('<blueprint>', 'blueprint file (YAML or JSON)')
    .option(
      '-i, --input <name=value>',
      'an input; name=@file reads .csv, .tsv, .jsonl, .json, .yaml or text',
      gatherOption,
    )
    .option('--inputs <file>', 'inputs from a YAML or JSON file; -i overrides it')
    .option('--movie <id>', "movie to build (default: the blueprint's name)")
    .option(
      '--regenerate <jobs>',
      'regenerate: Tagline, "Tagline[fox]", "Tagline where Score lessThan 0.5" (remembered until it is done)',
      gatherOption,
    )
    .option(
      '--regenerate-failed [code]',
      'regenerate what failed, or failed with this code',
      gatherCodesOption,
    )
    .option(
      '--first <n>',
      'make only the first n elements of a loop: 20, or row=20; the full run goes on from there',
      elementCountOption,
    )
    .option(
      '--sample <n>',
      'make only n elements of a loop, chosen at random: 50, or row=50',
      elementCountOption,
    )
    .option('--seed <seed>', 'of --sample: another seed chooses other elements (default: 1)')
    .option(
      '--until <producer>',
      'make only this producer and what it needs: Picture (may be given several times)',
      gatherOption,
    )
    .option('--up-to-layer <n>', 'only the first n layers', wholeNumberOption)
    .option(
      '--budget <amount>',
      'dollars the movie may cost in total: 20usd, or images=5usd for one provider',
      gatherOption,
    )
    .option('--budget-run <amount>', 'dollars this run may cost, whatever was spent before', gatherOption)
    .option('--simulate', 'replace every provider with a simulation')

/** `--stop-failure-rate`, of commands that run or rehearse. */
export const stopRateOption = () =>
  new Option(
    '--stop-failure-rate <share>',
    'start nothing more once this share of a producer has failed: 0.5 or 50%',
  ).argParser(shareOption)

/** `--stop-after`, of commands that run or rehearse. */
export const stopAfterOption = () =>
  new Option(
    '--stop-after <n>',
    'of --stop-failure-rate: only once n jobs of the producer have ended (default: 20)',
  ).argParser(wholeNumberOption)

/** `--outage-wait`, of commands that run or rehearse. */
export const outageWaitOption = () =>
  new Option(
    '--outage-wait <duration>',
    'stop after waiting this long for a service that does not answer (default: 30m; 1m if it never has)',
  ).argParser(durationOption)

/** `--schedule`, of commands that run or rehearse. */
export const scheduleOption = () =>
  new Option(
    '--schedule <how>',
    'layers: one layer after the other; dataflow: each job as soon as its inputs exist',
  ).choices(['layers', 'dataflow'] as const)
