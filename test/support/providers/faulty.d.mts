import type { Provider } from '../../../src/model/provider/provider.js'

declare const faulty: Provider
export default faulty
