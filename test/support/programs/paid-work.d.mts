import type { BlueprintDefinition, Engine } from '../../../dist/index.js'

export declare const paidWork: BlueprintDefinition
export declare function openPaidEngine(store: string): Promise<Engine>
