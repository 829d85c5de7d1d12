/** Why a child cannot be reached for pairing, told apart by what the person in front of it has to do. */
import { PairingError } from './pairing-error.ts';

export function explainDial(error: unknown, address: string): PairingError {
  if (error instanceof PairingError) return error;
  const code = codeOf(error);
  const [text, remedy] = network[code] ?? (tlsCodes.test(code) ? noTls : otherwise(error));
  return new PairingError('child-unreachable', `The child cannot be reached at ${address}: ${text}.`, remedy);
}

/** Of several failures the one that was farthest on the way. */
export function mostTelling(errors: readonly unknown[]): unknown {
  return (
    errors.find((error) => error instanceof PairingError && error.code === 'fingerprint-wrong') ?? errors[0]
  );
}

function codeOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: string; cause?: unknown };
  if (cause instanceof Error) return codeOf(cause);
  return typeof code === 'string' ? code : String(name);
}

const tlsCodes = /^ERR_SSL_|^EPROTO$/;

type Explanation = readonly [text: string, remedy: string];

const noTls: Explanation = [
  'it does not speak TLS there as pairing needs it',
  'Check that the port is one of its hub.uplinkEntryPoints, and that hub.pairing is switched on there.',
];

const otherwise = (error: unknown): Explanation => [
  (error as Error).message,
  'Check its address and the network between the two hosts.',
];

const network: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: [
    'nothing listens',
    'Check that the child runs and that the port is one of its hub.uplinkEntryPoints, published by its container.',
  ],
  TimeoutError: [
    'nothing answers in time',
    'Check that the address is right and that no firewall drops the connection.',
  ],
  ETIMEDOUT: [
    'nothing answers in time',
    'Check that the address is right and that no firewall drops the connection.',
  ],
  ENOTFOUND: ['its name is not known to the DNS', 'Check the host name in its address.'],
  EAI_AGAIN: ['the DNS does not answer', 'Check the name servers of this host.'],
  EHOSTUNREACH: ['its host cannot be reached', 'Check the network between the two hosts.'],
  ENETUNREACH: ['its network cannot be reached', 'Check the network between the two hosts.'],
  ECONNRESET: ['it resets the connection', noTls[1]],
};
