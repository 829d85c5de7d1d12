/** Two sides that have a lot to say, in pieces of all sizes, and know afterwards what was said. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Hashes. */
export interface Conversation {
  readonly said: string;
  readonly heard: string;
}

const bytesEachWay = 2_000_000;
/** Small and large, at the borders of what is copied and what is lent. */
const sizes = [1, 100, 16_384, 16_385, 65_536, 65_537, 200_000];
/** Sends noise in pieces of all sizes, then finishes its side; resolves with the hash of what it sent. */
async function speak(socket: Socket): Promise<string> {
  const hash = createHash('sha1');
  for (let sent = 0, piece = 0; sent < bytesEachWay; piece++) {
    const bytes = randomBytes(sizes[piece % sizes.length]!);
    hash.update(bytes);
    sent += bytes.length;
    if (!socket.write(bytes)) await once(socket, 'drain');
  }
  socket.end();
  return hash.digest('hex');
}

/** Takes what comes with pauses, until the other side has finished. */
async function listen(socket: Socket): Promise<string> {
  const hash = createHash('sha1');
  let pieces = 0;
  for await (const chunk of socket) {
    hash.update(chunk);
    pieces += 1;
    if (pieces % 16 === 0) await delay(1);
  }
  return hash.digest('hex');
}

/** Speaks and listens until both sides have finished. */
export async function converse(socket: Socket): Promise<Conversation> {
  const [said, heard] = await Promise.all([speak(socket), listen(socket)]);
  return { said, heard };
}
