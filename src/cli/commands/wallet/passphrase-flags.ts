/** Where a passphrase is read from. It is never a word of the command line, which others can list. */
export const PASSPHRASE_FLAGS = {
  'passphrase-file': {
    type: 'string',
    requiresArg: true,
    describe: 'Read the passphrase from this file, which must have mode 0600',
  },
  'passphrase-fd': {
    type: 'string',
    requiresArg: true,
    describe: 'Read the passphrase from this open file: 3 with 3<FILE',
  },
} as const
