/** The JSON Schema of a line that each command prints with --json, by the command's name; `error` is what all print when they fail. */
export function commandSchemas(): Map<string, object>
