/** The key that signs what sweeps put on the queue: whoever can read this database may sign. */
export const queueKey = /* sql */ `
create table queue_key (
  only_one boolean primary key default true check (only_one),
  key text not null
);
`
