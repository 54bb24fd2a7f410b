/** Shared texts that are leases, and until when: what is past is not there any more. */
export const leases = /* sql */ `
delete from live_state where key like 'lease:%';
alter table live_state add column expires_at timestamptz;
`
