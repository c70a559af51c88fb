/** The cryptography of Node.js, where there is one. Not an import: bundlers for browsers would follow it. */
export const nodeCrypto: typeof import('node:crypto') | undefined = globalThis.process?.getBuiltinModule?.('node:crypto');
