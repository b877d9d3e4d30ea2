import { storeCommand } from '../../../src/cli/declare/store-command.js'

export const told: string[] = []

/** All that it takes to add a command: a file in its folder that declares one. */
export const command = storeCommand('greet')
  .argument('<name>', 'who is greeted')
  .description('say hello')
  .helpGroup('Inspect:')
  .option('--loud', 'in capitals')
  .action((name, { loud, store }) => {
    told.push(`Hello ${loud === true ? name.toUpperCase() : name} in ${store}`)
  })
