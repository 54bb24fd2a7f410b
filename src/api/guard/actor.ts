import type { FastifyRequest } from 'fastify'

/** Who asks, for the record: the key, by its id and name. */
export function actorOf({ caller }: Pick<FastifyRequest, 'caller'>): string {
  return caller === null ? 'api' : `api:${caller.keyId}:${caller.name}`
}
