import { Command } from '@commander-js/extra-typings'

/** What `--config` and `--json` say in every command that has them. */
export const CONFIG_OPTION = [
  '--config <file>',
  'config file (default: showrunner.config.{yaml,json,js,mjs} in this folder)',
] as const
export const JSON_OPTION = ['--json', 'machine-readable output on stdout, nothing else'] as const

/** A command that uses a store. */
export const storeCommand = (name: string) =>
  new Command(name)
    .option('--store <url>', 'where movies are kept: file:./movies (default), s3://bucket/prefix')
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)

/** A command that works on one movie. */
export const movieCommand = (name: string) => storeCommand(name).argument('<movie>', 'movie id')

/** A command that works on one artifact of a movie. */
export const artifactCommand = (name: string) => movieCommand(name).argument('<artifact>', 'artifact id')

/** What {@link storeCommand} declares. */
export type StoreFlags = ReturnType<ReturnType<typeof storeCommand>['opts']>

/** What a command declares as its options, for the function that carries it out. */
export type OptionsOf<Declared extends { opts(): unknown }> = ReturnType<Declared['opts']>
