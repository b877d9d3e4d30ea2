/** What commands are listed under in the help, in this order. */
export const COMMAND_GROUPS = ['Start:', 'Build:', 'Inspect:', 'Change:'] as const

export const [START, BUILD, INSPECT, CHANGE] = COMMAND_GROUPS
