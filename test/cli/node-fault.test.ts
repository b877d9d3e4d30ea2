import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { nodeFault } from '../../src/cli/node-fault.js'

test.each(['18.20.8', '20.18.3', '16.0.0'])('Node %s is told to be too old', version => {
  expect(nodeFault(version)).toContain(version)
})

test.each(['20.19.0', '20.20.2', '21.0.0', '22.1.0', '24.21.0'])('Node %s will do', version => {
  expect(nodeFault(version)).toBeUndefined()
})

test('the oldest one is that of the package', () => {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { engines } = JSON.parse(manifest) as { engines: { node: string } }
  expect(nodeFault('0.0.0')).toContain(`Node ${engines.node.replace('>=', '')} `)
})
