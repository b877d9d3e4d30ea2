import { parentPort } from 'node:worker_threads'

/** The same as the counting provider, as a bare thread. */
parentPort?.on('message', texts => parentPort?.postMessage(texts.length))
