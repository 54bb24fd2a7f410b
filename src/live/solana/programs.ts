/** Programs and mints of Solana mainnet that a swap may touch. */
export const SYSTEM_PROGRAM = '11111111111111111111111111111111'
export const COMPUTE_BUDGET_PROGRAM = 'ComputeBudget111111111111111111111111111111'
export const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'
export const TOKEN_2022_PROGRAM = 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb'
export const ASSOCIATED_TOKEN_PROGRAM = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL'
/** Jupiter's aggregator, version 6. */
export const JUPITER_PROGRAM = 'JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4'
/** The mint of wrapped SOL: it stands for SOL itself, which has none. */
export const SOL_MINT = 'So11111111111111111111111111111111111111112'
/** The first block of mainnet: what a node answers that is of no other cluster. */
export const MAINNET_GENESIS = '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d'
/** Lamports that each signature of a transaction costs. */
export const SIGNATURE_FEE = 5000n
/** What a transaction may weigh, bytes. */
export const TRANSACTION_BYTES_MAX = 1232
