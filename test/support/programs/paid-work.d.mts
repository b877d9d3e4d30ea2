import type { BlueprintDefinition, Engine } from '../../../dist/index.js'

export declare const works: Record<'paid-work' | 'list-work' | 'tried-work', BlueprintDefinition>
export declare const triedWork: BlueprintDefinition
export declare function openPaidEngine(store: string): Promise<Engine>
