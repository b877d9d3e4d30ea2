import type { BlueprintDefinition, Engine } from '../../../dist/index.js'

export declare const works: Record<'paid-work' | 'list-work', BlueprintDefinition>
export declare function openPaidEngine(store: string): Promise<Engine>
