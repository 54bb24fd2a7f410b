const TRANSACTION_ERRORS = [
  'AccountInUse',
  'AccountLoadedTwice',
  'AccountNotFound',
  'ProgramAccountNotFound',
  'InsufficientFundsForFee',
  'InvalidAccountForFee',
  'AlreadyProcessed',
  'BlockhashNotFound',
  'CallChainTooDeep',
  'MissingSignatureForFee',
  'InvalidAccountIndex',
  'SignatureFailure',
  'InvalidProgramForExecution',
  'SanitizeFailure',
]

const INSTRUCTION_ERRORS = [
  'GenericError',
  'InvalidArgument',
  'InvalidInstructionData',
  'InvalidAccountData',
  'AccountDataTooSmall',
  'InsufficientFunds',
  'IncorrectProgramId',
  'MissingRequiredSignature',
  'AccountAlreadyInitialized',
  'UninitializedAccount',
]

/** An error of the virtual machine as JSON-RPC writes it. */
export function errorJson(error: unknown): unknown {
  if (typeof error === 'number') return TRANSACTION_ERRORS[error] ?? `Unknown${error}`
  const fields = error as { index?: number; accountIndex?: number; err?: () => unknown }
  if (typeof fields.err === 'function') {
    return { InstructionError: [fields.index, instructionError(fields.err())] }
  }
  if (fields.accountIndex !== undefined) {
    return { InsufficientFundsForRent: { account_index: fields.accountIndex } }
  }
  return String(error)
}

function instructionError(error: unknown): unknown {
  if (typeof error === 'number') return INSTRUCTION_ERRORS[error] ?? `Unknown${error}`
  const { code, msg } = error as { code?: number; msg?: string }
  return code === undefined ? { BorshIoError: msg } : { Custom: code }
}
