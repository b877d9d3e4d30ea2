export const nothing = 'is not a provider'
