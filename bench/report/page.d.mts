export function resultPage(result: unknown, peers?: unknown): string
