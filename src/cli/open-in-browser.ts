import { tell } from './display/output.js'

/** Opens an address in the user's browser. That there is none is no failure: the address has been printed. */
export async function openInBrowser(url: string): Promise<void> {
  try {
    const { default: open } = await import('open')
    const browser = await open(url)
    browser.on('error', () => tell('No browser could be opened. Open the address yourself.'))
  } catch {
    tell('No browser could be opened. Open the address yourself.')
  }
}
