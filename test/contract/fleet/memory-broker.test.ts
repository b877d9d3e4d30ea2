import { MemoryBroker } from '../../../src/workers/fleet/broker/memory-broker.js'
import { brokerContract } from './broker-contract.js'

const brokers = new Map<string, MemoryBroker>()

brokerContract(fleet => {
  const broker = brokers.get(fleet) ?? new MemoryBroker()
  brokers.set(fleet, broker)
  return broker
})
