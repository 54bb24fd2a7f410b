/** The equity curve of a run by a hash of its own: its result hash covers it no more. */
export const curveHash = 'alter table runs add column curve_hash text;'
