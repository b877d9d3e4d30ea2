/** How the user called the command, for texts that tell what to type next: by npx, or as it is. */
export const invocation = (environment: NodeJS.ProcessEnv = process.env): string =>
  environment.npm_command === 'exec' ? 'npx showrunner' : 'showrunner'
