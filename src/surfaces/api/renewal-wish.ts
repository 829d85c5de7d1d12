/** A child may open no connection: that it wants a new certificate is told to the parents that ask for its uplinks. */
import type { IncomingMessage } from 'node:http';
import { readPeer } from '../../model/peer-field.ts';
import type { Surroundings } from '../../operations/surroundings.ts';

export type WishOf = () => object | undefined;

/** What whoever asks is to grant; nobody but a parent is told of it. */
export function wishOf({ headers }: IncomingMessage, { pairing }: Surroundings): WishOf {
  const peer = readPeer(headers['fairlead-peer']);
  return peer?.kind === 'parent' ? () => pairing?.wishOf(peer) : () => undefined;
}

/** The type of an event, once for each wish. */
export function renewalEvent(current: WishOf): () => string | undefined {
  let told: object | undefined;
  return () => {
    const wish = current();
    const isNew = wish !== undefined && wish !== told;
    told = wish;
    return isNew ? 'renew' : undefined;
  };
}

/** The same for those who ask again and again. */
export const renewalFields = (current: WishOf): Readonly<Record<string, string>> =>
  current() === undefined ? {} : { 'Fairlead-Renew': 'wanted' };
