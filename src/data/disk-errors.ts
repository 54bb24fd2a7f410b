const DISK_CODES = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'ENOTDIR']

/** Whether a file could not be written for the disk's sake, not for a mistake of ours. */
export function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && DISK_CODES.includes(String(error.code))
}
