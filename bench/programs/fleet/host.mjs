// fork(host.mjs, [OPTIONS]): a host of a fleet, with the options of openWorker as JSON. Says "ready"; ends with its parent.
import { openWorker } from 'showrunner'

process.once('disconnect', () => process.exit())
await openWorker(JSON.parse(process.argv[2]))
process.send?.('ready')
