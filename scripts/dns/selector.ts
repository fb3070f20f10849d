/**
 * DKIM selector that the CDG gives its domains. `zmdkimkeyutil` would draw a random one; a chosen one can be
 * looked for in the DNS without asking the server.
 */
export const dkimSelector = "cdg";
