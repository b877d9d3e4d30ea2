import { providerNames } from './scripts/list-providers.mjs'

/** @type {import('knip').KnipConfig} */
export default {
  entry: [
    'src/index.ts',
    'src/cli/main.ts',
    'src/cli/commands/*/*.ts',
    'test/cli/own-command/*.ts',
    'src/workers/thread/entry/worker-main.ts',
    'src/provider.ts',
    'src/providers/command/spawner-main.ts',
    'src/testing.ts',
    ...providerNames().flatMap(name => [
      `src/providers/${name}/declaration.ts`,
      `src/providers/${name}/${name}.ts`,
    ]),
    'examples/**/*.{mjs,ts}',
    'page/src/main.tsx',
    'page/vite.config.mjs',
    'scripts/*.mjs',
    'test/**/*.test.ts',
    'test/**/*.test-d.ts',
    'bench/programs/**/*.mjs',
    'bench/work/*-{provider,task,thread}.mjs',
    'bench/work/bare-table.mjs',
    'bench/probe-truth.mjs',
  ],
  project: [
    'src/**/*.ts',
    'page/**/*.{ts,tsx}',
    'test/**/*.ts',
    'bench/**/*.mjs',
    'examples/**/*.{mjs,ts}',
    'scripts/*.mjs',
  ],
  ignore: ['bench/peers/**'],
  ignoreDependencies: ['@ai-sdk/.+'],
  ignoreBinaries: ['mount', 'umount', 'redis-server', 'ip', 'openssl'],
}
